/** Product pages: text about a product, in Markdown. */
import type {
  CreateProductPageRequest,
  DeleteProductPageRequest,
  GetProductPageRequest,
  GetProductPageResponse,
  ListProductPagesRequest,
  ProductPageSummaryNoBody,
  UpdateProductPageRequest,
} from '../../../model/generated/apigatewayv2.types.ts';
import { notFound } from '../../gateway/errors.ts';
import type { RequestContext } from '../../service.ts';
import { limitReached } from '../errors.ts';
import { PORTAL_ID_LENGTH } from '../identifiers.ts';
import { PAGES_OF_PRODUCT_MAX } from '../limits.ts';
import { pageOf } from '../pagination.ts';
import type { GatewayState } from '../state.ts';
import { pageArn } from './arns.ts';
import type { StoredPage, StoredProduct } from './portal-documents.ts';
import { forgetPage } from './products.ts';
import { findProduct } from './sharing.ts';

/** A draft, until the product's display order names it. */
export async function createProductPage(
  { apis, portalProducts }: GatewayState,
  { PortalProductId, DisplayContent }: CreateProductPageRequest,
  context: RequestContext,
): Promise<GetProductPageResponse> {
  const id = apis.newId(PORTAL_ID_LENGTH);
  const arn = pageArn(context, PortalProductId, id);
  return portalProducts.update(context, PortalProductId, ({ pages }) => {
    if (pages.length >= PAGES_OF_PRODUCT_MAX) throw limitReached('product pages', 'product');
    const page: StoredPage = { id, arn, content: DisplayContent, lastModified: apis.now() };
    pages.push(page);
    return shown(page);
  });
}

export async function getProductPage(
  state: GatewayState,
  input: GetProductPageRequest,
  context: RequestContext,
): Promise<GetProductPageResponse> {
  return shown(find(await findProduct(state, input, context), input.ProductPageId));
}

export async function listProductPages(
  state: GatewayState,
  input: ListProductPagesRequest,
  context: RequestContext,
): Promise<{ Items: ProductPageSummaryNoBody[]; NextToken: string | undefined }> {
  const { pages } = await findProduct(state, input, context);
  const { Items, NextToken } = pageOf(pages, input, ({ id }) => id);
  const summaries = Items.map(({ id, arn, content, lastModified }) => ({
    LastModified: lastModified,
    PageTitle: content.Title,
    ProductPageArn: arn,
    ProductPageId: id,
  }));
  return { Items: summaries, NextToken };
}

export async function updateProductPage(
  { apis, portalProducts }: GatewayState,
  { PortalProductId, ProductPageId, DisplayContent }: UpdateProductPageRequest,
  context: RequestContext,
): Promise<GetProductPageResponse> {
  return portalProducts.update(context, PortalProductId, (product) => {
    const page = find(product, ProductPageId);
    page.content = DisplayContent ?? page.content;
    page.lastModified = apis.now();
    return shown(page);
  });
}

export async function deleteProductPage(
  { portalProducts }: GatewayState,
  { PortalProductId, ProductPageId }: DeleteProductPageRequest,
  context: RequestContext,
): Promise<Record<string, never>> {
  await portalProducts.update(context, PortalProductId, (product) => {
    const page = find(product, ProductPageId);
    product.pages = product.pages.filter((each) => each !== page);
    forgetPage(product, page.arn);
  });
  return {};
}

function find({ pages }: StoredProduct, pageId: string): StoredPage {
  const page = pages.find(({ id }) => id === pageId);
  // Wording unverified.
  if (!page) throw notFound('Invalid Product Page identifier specified');
  return page;
}

function shown({ id, arn, content, lastModified }: StoredPage): GetProductPageResponse {
  return {
    DisplayContent: content,
    LastModified: lastModified,
    ProductPageArn: arn,
    ProductPageId: id,
  };
}
