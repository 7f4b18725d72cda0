/**
 * ARNs of portal products, as in the developer guide's "Share your portal product" (2026-11):
 * `arn:aws:apigateway:us-west-2:111122223333:/portalproducts/p000000000`. Those of portals and of pages
 * are made alike.
 */
import type { Scope } from '../../gateway/document-store.ts';

export function portalArn(scope: Scope, portalId: string): string {
  return arnOf(scope, `/portals/${portalId}`);
}

export function productArn(scope: Scope, productId: string): string {
  return arnOf(scope, `/portalproducts/${productId}`);
}

export function pageArn(scope: Scope, productId: string, pageId: string): string {
  return arnOf(scope, `/portalproducts/${productId}/productpages/${pageId}`);
}

export function endpointPageArn(scope: Scope, productId: string, pageId: string): string {
  return arnOf(scope, `/portalproducts/${productId}/productrestendpointpages/${pageId}`);
}

const PRODUCT = /^arn:[\w-]+:apigateway:([\w-]+):(\d{12}):\/portalproducts\/([a-z0-9]{10,30})$/;

/** Undefined for what names no product. */
export function parseProductArn(arn: string): (Scope & { productId: string }) | undefined {
  const [, region, accountId, productId] = PRODUCT.exec(arn) ?? [];
  if (region === undefined || accountId === undefined || productId === undefined) return undefined;
  return { region, accountId, productId };
}

function arnOf({ accountId, region }: Scope, path: string): string {
  return `arn:aws:apigateway:${region}:${accountId}:${path}`;
}
