/** Portal products: endpoints of REST APIs with the pages that explain them, in the order of a portal. */
import type {
  CreatePortalProductRequest,
  DeletePortalProductRequest,
  DisplayOrder,
  GetPortalProductResponse,
  ListPortalProductsRequest,
  PortalProductSummary,
  UpdatePortalProductRequest,
} from '../../../model/generated/apigatewayv2.types.ts';
import { badRequest } from '../../gateway/errors.ts';
import { validTags } from '../../gateway/tags.ts';
import type { RequestContext } from '../../service.ts';
import { PORTAL_ID_LENGTH } from '../identifiers.ts';
import { PRODUCT_SECTIONS_MAX } from '../limits.ts';
import { pageOf } from '../pagination.ts';
import type { GatewayState } from '../state.ts';
import { productArn } from './arns.ts';
import type { StoredOrder, StoredProduct } from './portal-documents.ts';
import { findProduct } from './sharing.ts';
import type { ProductInput } from './sharing.ts';

/** Without pages: those that a product begins with are made by AWS's console. */
export async function createPortalProduct(
  { apis, portalProducts }: GatewayState,
  input: CreatePortalProductRequest,
  context: RequestContext,
): Promise<GetPortalProductResponse> {
  const productId = apis.newId(PORTAL_ID_LENGTH);
  const product: StoredProduct = {
    Description: input.Description,
    DisplayName: input.DisplayName,
    LastModified: apis.now(),
    PortalProductArn: productArn(context, productId),
    PortalProductId: productId,
    Tags: validTags(input.Tags) ?? {},
    displayOrder: { pages: [], sections: [] },
    pages: [],
    endpoints: [],
  };
  await portalProducts.create(context, productId, product);
  return shown(product);
}

export async function getPortalProduct(
  state: GatewayState,
  input: ProductInput,
  context: RequestContext,
): Promise<GetPortalProductResponse> {
  return shown(await findProduct(state, input, context));
}

/** Of other accounts there are none, as nothing is shared. */
export async function listPortalProducts(
  { portalProducts }: GatewayState,
  { ResourceOwner = 'SELF', ...page }: ListPortalProductsRequest,
  context: RequestContext,
): Promise<{ Items: PortalProductSummary[]; NextToken: string | undefined }> {
  // The two values of the first version's GetDomainNames; that they are these is unverified.
  if (ResourceOwner !== 'SELF' && ResourceOwner !== 'OTHER_ACCOUNTS') {
    throw badRequest('Invalid value for resourceOwner: must be SELF or OTHER_ACCOUNTS');
  }
  const own = ResourceOwner === 'SELF' ? await portalProducts.list(context) : [];
  const { Items, NextToken } = pageOf(own, page, ({ PortalProductId }) => PortalProductId);
  return { Items: Items.map(summaryOf), NextToken };
}

export async function updatePortalProduct(
  { apis, portalProducts }: GatewayState,
  { PortalProductId, Description, DisplayName, DisplayOrder }: UpdatePortalProductRequest,
  context: RequestContext,
): Promise<GetPortalProductResponse> {
  return portalProducts.update(context, PortalProductId, (product) => {
    product.Description = Description ?? product.Description;
    product.DisplayName = DisplayName ?? product.DisplayName;
    if (DisplayOrder) product.displayOrder = validOrder(product, DisplayOrder);
    product.LastModified = apis.now();
    return shown(product);
  });
}

/** Portals show it until they are published again (developer guide, "Delete a portal product"). */
export async function deletePortalProduct(
  { portalProducts }: GatewayState,
  { PortalProductId }: DeletePortalProductRequest,
  context: RequestContext,
): Promise<Record<string, never>> {
  await portalProducts.remove(context, PortalProductId);
  return {};
}

/** Takes a page that is no more out of what is shown. */
export function forgetPage({ displayOrder }: StoredProduct, arn: string): void {
  const others = (arns: readonly string[]) => arns.filter((each) => each !== arn);
  if (displayOrder.overview === arn) displayOrder.overview = undefined;
  displayOrder.pages = others(displayOrder.pages);
  displayOrder.sections = displayOrder.sections.map((section) => ({
    ...section,
    ProductRestEndpointPageArns: others(section.ProductRestEndpointPageArns),
  }));
}

/** Wordings unverified. */
function validOrder(product: StoredProduct, order: DisplayOrder): StoredOrder {
  const { Contents = [], OverviewPageArn, ProductPageArns = [] } = order;
  if (Contents.length > PRODUCT_SECTIONS_MAX) {
    throw badRequest(`A portal product can have at most ${PRODUCT_SECTIONS_MAX} sections`);
  }
  const overview = OverviewPageArn === undefined ? [] : [OverviewPageArn];
  for (const arns of [overview, ProductPageArns]) check(arns, product.pages);
  check(
    Contents.flatMap((section) => section.ProductRestEndpointPageArns),
    product.endpoints,
  );
  return { overview: OverviewPageArn, pages: [...ProductPageArns], sections: [...Contents] };
}

function check(arns: readonly string[], pages: readonly { readonly arn: string }[]): void {
  const known = new Set(pages.map(({ arn }) => arn));
  for (const arn of arns) {
    // Also for a second time: each page is deleted from what is left.
    if (!known.delete(arn)) throw badRequest(`Invalid page ARN specified in displayOrder: ${arn}`);
  }
}

function shown(product: StoredProduct): GetPortalProductResponse {
  const { overview, pages, sections } = product.displayOrder;
  return {
    ...summaryOf(product),
    Description: product.Description,
    DisplayOrder: { Contents: sections, OverviewPageArn: overview, ProductPageArns: pages },
  };
}

/** The model requires a description of lists' items alone. */
function summaryOf(product: StoredProduct): PortalProductSummary {
  const { Description = '', DisplayName, LastModified, Tags } = product;
  const { PortalProductArn, PortalProductId } = product;
  return { Description, DisplayName, LastModified, PortalProductArn, PortalProductId, Tags };
}
