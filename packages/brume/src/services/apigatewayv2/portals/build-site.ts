/** What a portal shows, as it is at this moment: drafts are left out, and products that are no more. */
import { AwsError } from '../../../model/aws-error.ts';
import type { RequestContext } from '../../service.ts';
import type { PortalSite, SiteEndpoint, SitePage, SiteProduct } from '../../portal-site/port.ts';
import type { GatewayState } from '../state.ts';
import { parseProductArn } from './arns.ts';
import { EndpointLookup } from './endpoint-lookup.ts';
import type {
  StoredEndpoint,
  StoredPage,
  StoredPortal,
  StoredProduct,
} from './portal-documents.ts';
import { documentationBody } from './rest-endpoint-pages.ts';
import { siteOperation } from './site-operation.ts';

/** Throws AWS's error for an endpoint that its API has no more. */
export async function buildSite(
  { portalProducts, restStages }: GatewayState,
  { PortalContent, IncludedPortalProductArns }: StoredPortal,
  context: RequestContext,
): Promise<PortalSite> {
  const { DisplayName, Description, Theme } = PortalContent;
  const colors = Theme.CustomColors;
  const lookup = new EndpointLookup(restStages, context);
  const products: SiteProduct[] = [];
  for (const arn of IncludedPortalProductArns) {
    const { productId } = parseProductArn(arn) ?? {};
    const product = productId && (await portalProducts.find(context, productId));
    if (product) products.push(await siteProduct(product, lookup));
  }
  return {
    name: DisplayName,
    description: Description,
    colors: {
      accent: colors.AccentColor,
      background: colors.BackgroundColor,
      error: colors.ErrorValidationColor,
      header: colors.HeaderColor,
      navigation: colors.NavigationColor,
      text: colors.TextColor,
    },
    products,
  };
}

async function siteProduct(product: StoredProduct, lookup: EndpointLookup): Promise<SiteProduct> {
  const { overview, pages, sections } = product.displayOrder;
  const pageBy = (arn: string) => product.pages.filter((page) => page.arn === arn).map(sitePage);
  const endpointsOf = async (arns: readonly string[]) => {
    const chosen = arns.flatMap((arn) => product.endpoints.filter((page) => page.arn === arn));
    return Promise.all(chosen.map((page) => siteEndpoint(page, lookup)));
  };
  return {
    id: product.PortalProductId,
    name: product.DisplayName,
    description: product.Description,
    overview: overview === undefined ? undefined : pageBy(overview)[0],
    pages: pages.filter((arn) => arn !== overview).flatMap(pageBy),
    sections: await Promise.all(
      sections.map(async ({ SectionName, ProductRestEndpointPageArns }) => ({
        name: SectionName,
        endpoints: await endpointsOf(ProductRestEndpointPageArns),
      })),
    ),
  };
}

function sitePage({ id, content }: StoredPage): SitePage {
  return { id, title: content.Title, body: content.Body };
}

async function siteEndpoint(
  { id, at, overrides, tryItState }: StoredEndpoint,
  lookup: EndpointLookup,
): Promise<SiteEndpoint> {
  const { RestApiId, Stage, Path, Method } = at;
  const found = await lookup.find(at).catch((error: unknown) => {
    if (!(error instanceof AwsError)) throw error;
    const message = `${Method} ${Path} of ${RestApiId}/${Stage}: ${error.message}`;
    throw new AwsError({ code: error.code, message });
  });
  return {
    id,
    title: overrides.OperationName ?? Path,
    method: Method,
    path: Path,
    apiId: RestApiId,
    stageName: Stage,
    address: overrides.Endpoint,
    body: overrides.Body ?? documentationBody(found),
    canBeTried: tryItState === 'ENABLED' && !found.isPrivate,
    operation: siteOperation(found),
  };
}
