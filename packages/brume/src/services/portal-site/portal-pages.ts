/** Answers requests for portals: pages written here, a stylesheet and a script. Nothing is from elsewhere. */
import { fileURLToPath } from 'node:url';
import type { HttpRequest, HttpResponse } from '../../http/message.ts';
import type { PortalAddress } from './address.ts';
import { html } from './html.ts';
import { endpointPage } from './pages/endpoint.ts';
import { layout } from './pages/layout.ts';
import type { Page, View } from './pages/layout.ts';
import { homePage, productPage, searchPage, textPage } from './pages/products.ts';
import type { PortalSites } from './port.ts';
import { stylesOf } from './theme.ts';

export interface PortalPagesDependencies {
  readonly sites: PortalSites;
  readonly readFile: (path: string) => Promise<Buffer>;
}

/** What pages show was written by anybody: nothing inline runs, and nobody frames them. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "form-action 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
].join('; ');
const SEARCH_LENGTH_MAX = 200;

export class PortalPages {
  readonly #sites: PortalSites;
  readonly #readFile: (path: string) => Promise<Buffer>;

  constructor({ sites, readFile }: PortalPagesDependencies) {
    this.#sites = sites;
    this.#readFile = readFile;
  }

  async answer(request: HttpRequest, address: PortalAddress): Promise<HttpResponse> {
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      const answer = notice(405, 'This can only be read.');
      return { ...answer, headers: { ...answer.headers, allow: 'GET, HEAD' } };
    }
    const { portalId, token, root, path, query, origin } = address;
    if (path === undefined) return { status: 308, headers: { location: root }, body: '' };
    const site = await (token === undefined
      ? this.#sites.published(portalId)
      : this.#sites.preview(portalId, token));
    if (site === undefined) {
      const what = token === undefined ? 'portal' : 'preview';
      return notice(404, `There is no such ${what}, or it is not published any more.`);
    }
    if (site === 'closed') {
      const why = 'This portal asks for a sign-in by Amazon Cognito, which Brume does not have.';
      return notice(403, why);
    }
    if (path === 'portal.css') {
      const styles = stylesOf(site.colors) + (await this.#file('portal.css')).toString('utf8');
      return answerOf(200, 'text/css; charset=utf-8', styles);
    }
    if (path === 'try-it.mjs') {
      return answerOf(200, 'text/javascript; charset=utf-8', await this.#file('try-it.mjs'));
    }
    const view: View = { site, root, origin, isPreview: token !== undefined };
    const page = pageAt(view, path, query);
    const shown = page ?? missing(view);
    return answerOf(page ? 200 : 404, 'text/html; charset=utf-8', layout(view, shown));
  }

  async #file(name: string): Promise<Buffer> {
    return this.#readFile(fileURLToPath(new URL(`./page/${name}`, import.meta.url)));
  }
}

function pageAt(view: View, path: string, query: URLSearchParams): Page | undefined {
  if (path === '') return homePage(view);
  if (path === 'search') {
    return searchPage(view, (query.get('q') ?? '').slice(0, SEARCH_LENGTH_MAX));
  }
  const [products, productId, kind, id, ...rest] = path.split('/');
  const product = view.site.products.find((each) => each.id === productId);
  if (products !== 'products' || !product || rest.length > 0) return undefined;
  if (kind === undefined) return productPage(view, product);
  if (kind === 'pages') {
    const page = product.pages.find((each) => each.id === id);
    return page && textPage(view, product, page);
  }
  const endpoints = product.sections.flatMap((section) => section.endpoints);
  const endpoint = kind === 'endpoints' ? endpoints.find((each) => each.id === id) : undefined;
  return endpoint && endpointPage(view, product, endpoint);
}

function missing({ root }: View): Page {
  const main = html`<h1>Not found</h1>
    <p>There is no such page. <a href="${root}">See what there is.</a></p>`;
  return { title: 'Not found', main };
}

/** Where there is no portal to show it in. */
function notice(status: number, text: string): HttpResponse {
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width" />
        <title>API portal</title>
      </head>
      <body>
        <h1>API portal</h1>
        <p>${text}</p>
      </body>
    </html> `;
  return answerOf(status, 'text/html; charset=utf-8', page.text);
}

function answerOf(status: number, type: string, body: string | Buffer): HttpResponse {
  const headers = {
    'content-type': type,
    'content-security-policy': POLICY,
    'x-content-type-options': 'nosniff',
    // The address of a preview is for who was given it.
    'referrer-policy': 'no-referrer',
    'cache-control': 'no-cache',
  };
  return { status, headers, body };
}
