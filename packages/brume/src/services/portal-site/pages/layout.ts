/** What all pages of a portal have around them. */
import { html } from '../html.ts';
import type { Content, Html } from '../html.ts';
import type { PortalSite, SiteEndpoint, SiteProduct } from '../port.ts';

/** A portal as it is asked for. */
export interface View {
  readonly site: PortalSite;
  /** What all addresses of this portal begin with. */
  readonly root: string;
  /** Where this Brume is reached beside its portals. */
  readonly origin: string;
  readonly isPreview: boolean;
}

export interface Page {
  readonly title: string;
  readonly main: Html;
  /** Whose pages the navigation names, and the address of the one that is shown. */
  readonly product?: SiteProduct | undefined;
  readonly current?: string;
  /** What was searched for. */
  readonly searched?: string;
  readonly hasScript?: boolean;
}

export function layout(view: View, page: Page): string {
  const { site, root, isPreview } = view;
  const { title, main, product, searched = '', hasScript } = page;
  const heading = title === site.name ? title : `${title} · ${site.name}`;
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${heading}</title>
        <link rel="stylesheet" href="${root}portal.css" />
        ${hasScript && html`<script type="module" src="${root}try-it.mjs"></script>`}
      </head>
      <body>
        <a class="skip" href="#main">Skip to the content</a>
        ${isPreview && html`<p class="preview">A preview: nobody else sees this yet, and it does not last.</p>`}
        <header class="top">
          <a class="name" href="${root}">${site.name}</a>
          <form role="search" action="${root}search">
            <label class="hidden" for="q">Search this portal</label>
            <input
              id="q"
              type="search"
              name="q"
              value="${searched}"
              placeholder="Search"
              maxlength="200"
            />
          </form>
        </header>
        <div class="${product ? 'sides' : 'middle'}">
          ${product && navigation(view, product, page.current)}
          <main id="main" tabindex="-1">${main}</main>
        </div>
      </body>
    </html> `.text;
}

export function productAddress({ root }: View, { id }: SiteProduct): string {
  return `${root}products/${id}`;
}

export function pageAddress(view: View, product: SiteProduct, pageId: string): string {
  return `${productAddress(view, product)}/pages/${pageId}`;
}

export function endpointAddress(view: View, product: SiteProduct, endpointId: string): string {
  return `${productAddress(view, product)}/endpoints/${endpointId}`;
}

export function methodBadge(method: string): Html {
  return html`<span class="method">${method}</span>`;
}

function navigation(view: View, product: SiteProduct, current: string | undefined): Html {
  const entry = (address: string, content: Content) =>
    html`<li>
      <a href="${address}" ${address === current && html` aria-current="page"`}>${content}</a>
    </li>`;
  const endpoint = (each: SiteEndpoint) =>
    entry(
      endpointAddress(view, product, each.id),
      html`${methodBadge(each.method)} <span>${each.title}</span>`,
    );
  return html`<nav aria-label="${product.name}">
    <p class="product">${product.name}</p>
    <ul>
      ${entry(productAddress(view, product), 'Overview')}
      ${product.pages.map((page) => entry(pageAddress(view, product, page.id), page.title))}
    </ul>
    ${product.sections.map(
      ({ name, endpoints }) =>
        html`<p class="section">${name}</p>
          <ul>
            ${endpoints.map(endpoint)}
          </ul>`,
    )}
  </nav>`;
}
