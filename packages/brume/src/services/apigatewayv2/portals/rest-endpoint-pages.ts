/**
 * Product REST endpoint pages: each names a method of a path of a stage, and shows what that stage serves
 * now. Where it serves it no more, the page's status says so.
 */
import type {
  CreateProductRestEndpointPageRequest,
  DeleteProductRestEndpointPageRequest,
  DisplayContentOverrides,
  EndpointDisplayContent,
  GetProductRestEndpointPageRequest,
  GetProductRestEndpointPageResponse,
  IdentifierParts,
  ListProductRestEndpointPagesRequest,
  ProductRestEndpointPageSummaryNoBody,
  UpdateProductRestEndpointPageRequest,
} from '../../../model/generated/apigatewayv2.types.ts';
import { badRequest, notFound } from '../../gateway/errors.ts';
import type { RequestContext } from '../../service.ts';
import { limitReached } from '../errors.ts';
import { PORTAL_ID_LENGTH } from '../identifiers.ts';
import { PAGES_OF_PRODUCT_MAX } from '../limits.ts';
import { pageOf } from '../pagination.ts';
import type { GatewayState } from '../state.ts';
import { endpointPageArn } from './arns.ts';
import { EndpointLookup, exceptionOf } from './endpoint-lookup.ts';
import type { FoundEndpoint } from './endpoint-lookup.ts';
import type { StoredEndpoint, StoredProduct } from './portal-documents.ts';
import { forgetPage } from './products.ts';
import { findProduct } from './sharing.ts';

/** A draft, until the product's display order names it. */
export async function createProductRestEndpointPage(
  state: GatewayState,
  input: CreateProductRestEndpointPageRequest,
  context: RequestContext,
): Promise<GetProductRestEndpointPageResponse> {
  const { apis, portalProducts, restStages } = state;
  const { PortalProductId, DisplayContent, RestEndpointIdentifier, TryItState } = input;
  const { IdentifierParts: at } = RestEndpointIdentifier;
  // Wording unverified.
  if (!at) throw badRequest('RestEndpointIdentifier must have identifierParts');
  const id = apis.newId(PORTAL_ID_LENGTH);
  const page: StoredEndpoint = {
    id,
    arn: endpointPageArn(context, PortalProductId, id),
    at,
    overrides: overridesOf(DisplayContent ?? { None: {} }),
    tryItState: TryItState ?? 'DISABLED',
    lastModified: apis.now(),
  };
  await portalProducts.get(context, PortalProductId);
  const found = await new EndpointLookup(restStages, context).find(at);
  await portalProducts.update(context, PortalProductId, ({ endpoints }) => {
    if (endpoints.length >= PAGES_OF_PRODUCT_MAX) {
      throw limitReached('product REST endpoint pages', 'product');
    }
    endpoints.push(page);
  });
  return { ...summaryOf(page, found), ...contentOf(page, found, context) };
}

export async function getProductRestEndpointPage(
  state: GatewayState,
  input: GetProductRestEndpointPageRequest,
  context: RequestContext,
): Promise<GetProductRestEndpointPageResponse> {
  const page = find(await findProduct(state, input, context), input.ProductRestEndpointPageId);
  const found = await lookUp(new EndpointLookup(state.restStages, context), page);
  const isRawWanted = input.IncludeRawDisplayContent?.toLowerCase() === 'true';
  return {
    ...summaryOf(page, found),
    ...contentOf(page, found, context),
    // That it is the operation's document is ours: AWS does not say what is raw.
    RawDisplayContent:
      isRawWanted && isFound(found) ? JSON.stringify(found.document, undefined, 2) : undefined,
  };
}

export async function listProductRestEndpointPages(
  state: GatewayState,
  input: ListProductRestEndpointPagesRequest,
  context: RequestContext,
): Promise<{ Items: ProductRestEndpointPageSummaryNoBody[]; NextToken: string | undefined }> {
  const { endpoints } = await findProduct(state, input, context);
  const { Items, NextToken } = pageOf(endpoints, input, ({ id }) => id);
  const lookup = new EndpointLookup(state.restStages, context);
  const summaries = Items.map(async (page) => {
    const { Endpoint, OperationName } = contentOf(page, undefined, context).DisplayContent;
    const summary = summaryOf(page, await lookUp(lookup, page));
    return { ...summary, Endpoint, OperationName };
  });
  return { Items: await Promise.all(summaries), NextToken };
}

export async function updateProductRestEndpointPage(
  { apis, portalProducts, restStages }: GatewayState,
  input: UpdateProductRestEndpointPageRequest,
  context: RequestContext,
): Promise<GetProductRestEndpointPageResponse> {
  const { PortalProductId, ProductRestEndpointPageId, DisplayContent, TryItState } = input;
  const overrides = DisplayContent && overridesOf(DisplayContent);
  const page = await portalProducts.update(context, PortalProductId, (product) => {
    const page = find(product, ProductRestEndpointPageId);
    page.overrides = overrides ?? page.overrides;
    page.tryItState = TryItState ?? page.tryItState;
    page.lastModified = apis.now();
    return page;
  });
  const found = await lookUp(new EndpointLookup(restStages, context), page);
  return { ...summaryOf(page, found), ...contentOf(page, found, context) };
}

export async function deleteProductRestEndpointPage(
  { portalProducts }: GatewayState,
  { PortalProductId, ProductRestEndpointPageId }: DeleteProductRestEndpointPageRequest,
  context: RequestContext,
): Promise<Record<string, never>> {
  await portalProducts.update(context, PortalProductId, (product) => {
    const page = find(product, ProductRestEndpointPageId);
    product.endpoints = product.endpoints.filter((each) => each !== page);
    forgetPage(product, page.arn);
  });
  return {};
}

/** What is said of the method itself: the body of a page that has none of its own. */
export function documentationBody({ documentation }: FoundEndpoint): string | undefined {
  const own = documentation.find(({ type }) => type === 'METHOD');
  return (own ?? documentation.find(({ type }) => type === 'RESOURCE'))?.description;
}

function find({ endpoints }: StoredProduct, pageId: string): StoredEndpoint {
  const page = endpoints.find(({ id }) => id === pageId);
  // Wording unverified.
  if (!page) throw notFound('Invalid Product REST Endpoint Page identifier specified');
  return page;
}

type Found = FoundEndpoint | ReturnType<typeof exceptionOf>;

function isFound(found: Found): found is FoundEndpoint {
  return 'document' in found;
}

async function lookUp(lookup: EndpointLookup, { at }: StoredEndpoint): Promise<Found> {
  return lookup.find(at).catch(exceptionOf);
}

function summaryOf(page: StoredEndpoint, found: Found) {
  const { id, arn, at, tryItState, lastModified } = page;
  const isUntried = isFound(found) && found.isPrivate;
  return {
    LastModified: lastModified,
    ProductRestEndpointPageArn: arn,
    ProductRestEndpointPageId: id,
    RestEndpointIdentifier: { IdentifierParts: at },
    Status: isFound(found) ? ('AVAILABLE' as const) : ('FAILED' as const),
    StatusException: isFound(found) ? undefined : found,
    // Developer guide: private APIs cannot be tried. It calls that UNAVAILABLE; the model has no such value.
    TryItState: isUntried ? ('DISABLED' as const) : tryItState,
  };
}

function contentOf(
  { at, overrides }: StoredEndpoint,
  found: Found | undefined,
  { baseUrl }: RequestContext,
) {
  const documented = found && isFound(found) ? documentationBody(found) : undefined;
  return {
    DisplayContent: {
      Body: overrides.Body ?? documented,
      Endpoint: overrides.Endpoint ?? addressOf(baseUrl, at),
      OperationName: overrides.OperationName,
    },
  };
}

/** The stage's own address, in the form of `ApiEndpoint`. */
function addressOf(baseUrl: string, { RestApiId, Stage }: IdentifierParts): string {
  return `${baseUrl}/_aws/execute-api/${RestApiId}/${Stage}`;
}

/** Wording unverified. */
function overridesOf({ None, Overrides }: EndpointDisplayContent): DisplayContentOverrides {
  if ((None === undefined) === (Overrides === undefined)) {
    throw badRequest('DisplayContent must have exactly one of none and overrides');
  }
  return Overrides ?? {};
}
