/** Portals and portal products as they are stored: a document each, a product with all of its pages. */
import type {
  DisplayContent,
  DisplayContentOverrides,
  IdentifierParts,
  PortalProductSummary,
  PortalSummary,
  PreviewStatus,
  Section,
  StatusException,
  TryItState,
} from '../../../model/generated/apigatewayv2.types.ts';
import type { OrderedStore } from '../../../storage/ordered-store.ts';
import { Collection } from '../../gateway/collection.ts';
import { reviveDate } from '../../gateway/document-store.ts';
import { conflict, notFound } from '../../gateway/errors.ts';
import { limitReached } from '../errors.ts';
import { PORTALS_MAX, PORTAL_PRODUCTS_MAX } from '../limits.ts';

export type StoredPortal = Omit<PortalSummary, 'EndpointConfiguration' | 'Preview'> & {
  preview?: StoredPreview | undefined;
};

export interface StoredPreview {
  readonly status: PreviewStatus;
  readonly exception?: StatusException | undefined;
  /** In the preview's address, so that it cannot be guessed. */
  readonly token: string;
  readonly endsAtMs: number;
}

export type StoredProduct = Omit<PortalProductSummary, 'Description'> & {
  Description?: string | undefined;
  displayOrder: StoredOrder;
  pages: StoredPage[];
  endpoints: StoredEndpoint[];
  /** Policy document, as it was put. */
  sharingPolicy?: string | undefined;
};

/** What is shown, and where; pages that are not in it are drafts. ARNs. */
export interface StoredOrder {
  overview?: string | undefined;
  pages: string[];
  sections: Section[];
}

export interface StoredPage {
  readonly id: string;
  readonly arn: string;
  content: DisplayContent;
  lastModified: Date;
}

export interface StoredEndpoint {
  readonly id: string;
  readonly arn: string;
  readonly at: IdentifierParts;
  overrides: DisplayContentOverrides;
  tryItState: TryItState;
  lastModified: Date;
}

export type Portals = Collection<StoredPortal>;
export type PortalProducts = Collection<StoredProduct>;

export function openPortals(store: OrderedStore): Portals {
  return new Collection(store, {
    service: 'apigatewayv2',
    kind: 'portal',
    max: PORTALS_MAX,
    revive(portal) {
      reviveDate(portal, 'LastModified');
      reviveDate(portal, 'LastPublished');
    },
    full: () => limitReached('portals', 'account'),
    // Wordings here and below unverified.
    missing: () => notFound('Invalid Portal identifier specified'),
    taken: (id) => conflict(`Portal ${id} already exists`),
  });
}

export function openPortalProducts(store: OrderedStore): PortalProducts {
  return new Collection(store, {
    service: 'apigatewayv2',
    kind: 'portalproduct',
    max: PORTAL_PRODUCTS_MAX,
    revive(product) {
      reviveDate(product, 'LastModified');
      for (const page of [...product.pages, ...product.endpoints]) reviveDate(page, 'lastModified');
    },
    full: () => limitReached('portal products', 'account'),
    missing: () => notFound('Invalid Portal Product identifier specified'),
    taken: (id) => conflict(`Portal product ${id} already exists`),
  });
}
