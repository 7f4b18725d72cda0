/** The first page of a portal, those of its products, and what products say of themselves. */
import { html } from '../html.ts';
import type { Html } from '../html.ts';
import { markdown } from '../markdown.ts';
import type { SitePage, SiteProduct } from '../port.ts';
import { endpointAddress, methodBadge, pageAddress, productAddress } from './layout.ts';
import type { Page, View } from './layout.ts';

export function homePage(view: View): Page {
  const { name, description, products } = view.site;
  const main = html`<section class="hero">
      <h1>${name}</h1>
      ${description && html`<p>${description}</p>`}
    </section>
    <h2>Products</h2>
    ${products.length === 0 && html`<p class="quiet">There are no products here yet.</p>`}
    <ul class="cards">
      ${products.map(
        (product) =>
          html`<li>
            <h3><a href="${productAddress(view, product)}">${product.name}</a></h3>
            ${product.description && html`<p>${product.description}</p>`}
            <p class="quiet">${countOf(product)}</p>
          </li>`,
      )}
    </ul>`;
  return { title: name, main };
}

export function productPage(view: View, product: SiteProduct): Page {
  const { name, description, overview, sections } = product;
  const main = html`<h1>${overview?.title ?? name}</h1>
    ${overview ? markdown(overview.body) : description && html`<p>${description}</p>`}
    ${sections.map(
      (section) =>
        html`<h2>${section.name}</h2>
          <ul class="endpoints">
            ${section.endpoints.map(
              (endpoint) =>
                html`<li>
                  <a href="${endpointAddress(view, product, endpoint.id)}">
                    ${methodBadge(endpoint.method)} <span>${endpoint.title}</span>
                    ${endpoint.title !== endpoint.path && html`<code>${endpoint.path}</code>`}
                  </a>
                </li>`,
            )}
          </ul>`,
    )}`;
  return { title: name, main, product, current: productAddress(view, product) };
}

export function textPage(view: View, product: SiteProduct, { id, title, body }: SitePage): Page {
  const main = html`<h1>${title}</h1>
    ${markdown(body)}`;
  return { title, main, product, current: pageAddress(view, product, id) };
}

function countOf({ sections }: SiteProduct): string {
  const count = sections.reduce((sum, { endpoints }) => sum + endpoints.length, 0);
  return count === 1 ? '1 endpoint' : `${count} endpoints`;
}

interface Hit {
  readonly address: string;
  readonly title: string;
  readonly where: string;
  readonly badge: Html | undefined;
}

/** Everything that has all of the words somewhere in it. */
export function searchPage(view: View, query: string): Page {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const has = (...texts: readonly (string | undefined)[]) => {
    const text = texts.join('\n').toLowerCase();
    return words.length > 0 && words.every((word) => text.includes(word));
  };
  const hits = view.site.products.flatMap((product) => hitsIn(view, product, has));
  const count = hits.length === 1 ? '1 result' : `${hits.length} results`;
  const main = html`<h1>Search</h1>
    <p role="status">
      ${words.length === 0 ? 'Nothing was searched for.' : `${count} for “${query}”`}
    </p>
    <ul class="hits">
      ${hits.map(
        ({ address, title, where, badge }) =>
          html`<li>
            <a href="${address}">${badge} ${title}</a> <span class="quiet">${where}</span>
          </li>`,
      )}
    </ul>`;
  return { title: 'Search', main, searched: query };
}

function hitsIn(
  view: View,
  product: SiteProduct,
  has: (...texts: readonly (string | undefined)[]) => boolean,
): Hit[] {
  const { name, description, overview, pages, sections } = product;
  const hits: Hit[] = [];
  if (has(name, description, overview?.title, overview?.body)) {
    const address = productAddress(view, product);
    hits.push({ address, title: name, where: 'Product', badge: undefined });
  }
  for (const { id, title, body } of pages) {
    if (!has(title, body)) continue;
    const address = pageAddress(view, product, id);
    hits.push({ address, title, where: name, badge: undefined });
  }
  for (const { id, title, method, path, body } of sections.flatMap((each) => each.endpoints)) {
    if (!has(title, method, path, body)) continue;
    const address = endpointAddress(view, product, id);
    hits.push({ address, title, where: name, badge: methodBadge(method) });
  }
  return hits;
}
