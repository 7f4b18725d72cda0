/** The page of an endpoint: where and how it is called, what it answers, and a form to try it. */
import { html } from '../html.ts';
import type { Html } from '../html.ts';
import { markdown } from '../markdown.ts';
import type { SiteContent, SiteEndpoint, SiteOperation, SiteProduct } from '../port.ts';
import { endpointAddress, methodBadge } from './layout.ts';
import type { Page, View } from './layout.ts';

/** What `ANY` stands for. */
const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'];

export function endpointPage(view: View, product: SiteProduct, endpoint: SiteEndpoint): Page {
  const { id, title, method, path, body, operation } = endpoint;
  const url = urlOf(view, endpoint);
  // As on AWS, where previews show none.
  const canBeTried = endpoint.canBeTried && !view.isPreview;
  const main = html`<h1>${title}</h1>
    <p class="address">${methodBadge(method)} ${title !== path && html`<code>${path}</code>`}</p>
    ${method === 'ANY' && html`<p>Every method is answered: ${METHODS.map((each) => html`${methodBadge(each)} `)}</p>`}
    ${body && markdown(body)}
    <h2>Request</h2>
    <pre
      tabindex="0"
    ><code>curl -X ${method === 'ANY' ? 'GET' : method} ${shellQuoted(url)}</code></pre>
    ${parameters(endpoint)} ${contents('Body', operation.requestBody)}
    ${operation.responses.length > 0 && html`<h2>Responses</h2>`}
    ${operation.responses.map(
      ({ status, description, content }) =>
        html`<h3>${status}</h3>
          ${description && html`<p>${description}</p>`} ${contents('Content', content)}`,
    )}
    ${canBeTried && tryIt(endpoint)}`;
  const current = endpointAddress(view, product, id);
  return { title, main, product, current, hasScript: canBeTried };
}

/** An address that is shown instead of the API's own may end with the path already. */
function urlOf({ origin }: View, { address, apiId, stageName, path }: SiteEndpoint): string {
  const base = (address ?? `${origin}/_aws/execute-api/${apiId}/${stageName}`).replace(/\/$/, '');
  return base.endsWith(path) ? base : `${base}${path}`;
}

function shellQuoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

interface Field {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required: boolean;
  readonly description: string | undefined;
}

/** What the method names, what the path does, and what callers are known by; each once. */
function fieldsOf({ path, operation }: SiteEndpoint): Field[] {
  const fields = new Map<string, Field>();
  const add = (field: Field) => {
    const key = `${field.in} ${field.in === 'header' ? field.name.toLowerCase() : field.name}`;
    if (!fields.has(key)) fields.set(key, field);
  };
  for (const each of operation.parameters) add({ ...each, required: isRequired(each) });
  for (const [, name = ''] of path.matchAll(/\{([^{}+]+)\+?\}/g)) {
    add({ name, in: 'path', required: true, description: undefined });
  }
  for (const name of operation.security) {
    add({ name, in: 'header', required: true, description: 'Says who calls.' });
  }
  return [...fields.values()];
}

function isRequired({ in: place, required }: SiteOperation['parameters'][number]): boolean {
  return place === 'path' || required;
}

function parameters(endpoint: SiteEndpoint): Html | undefined {
  const fields = fieldsOf(endpoint);
  if (fields.length === 0) return undefined;
  return html`<h3 id="parameters">Parameters</h3>
    <div class="wide" tabindex="0" role="region" aria-labelledby="parameters">
      <table>
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col">In</th>
            <th scope="col">Description</th>
          </tr>
        </thead>
        <tbody>
          ${fields.map(
            ({ name, in: place, required, description }) =>
              html`<tr>
                <td>
                  <code>${name}</code>${required && html` <span class="required">required</span>`}
                </td>
                <td>${place}</td>
                <td>${description}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>`;
}

function contents(title: string, content: readonly SiteContent[]): Html[] {
  return content.map(
    ({ type, schema }) =>
      html`<p>${title} <code>${type}</code></p>
        ${schema && html`<pre tabindex="0"><code>${schema}</code></pre>`}`,
  );
}

/** Sent by the browser, to the API's own address under the name by which the portal was opened. */
function tryIt(endpoint: SiteEndpoint): Html {
  const { apiId, stageName, path, method, operation } = endpoint;
  const takesBody = method === 'ANY' || !['GET', 'HEAD', 'OPTIONS'].includes(method);
  const stage = `/_aws/execute-api/${apiId}/${stageName}`;
  return html`<section class="try" aria-labelledby="try-it">
    <h2 id="try-it">Try it</h2>
    <noscript><p>Trying it needs JavaScript.</p></noscript>
    <form id="try" data-stage="${stage}" data-path="${path}" data-method="${method}">
      ${
        method === 'ANY' &&
        html`<label
          >Method
          <select name="method">
            ${METHODS.map((each) => html`<option>${each}</option>`)}
          </select></label
        >`
      }
      ${fieldsOf(endpoint).map(
        ({ name, in: place, required }) =>
          html`<label
            >${name} <small>${place}</small>
            <input
              data-in="${place}"
              data-name="${name}"
              ${required && html` required`}
              autocomplete="off"
              spellcheck="false"
          /></label>`,
      )}
      ${
        takesBody &&
        html`<label
          >Body <small>${operation.requestBody[0]?.type ?? 'application/json'}</small>
          <textarea
            id="body"
            data-type="${operation.requestBody[0]?.type ?? 'application/json'}"
            rows="6"
            spellcheck="false"
          ></textarea>
        </label>`
      }
      <button>Try it</button>
    </form>
    <div id="answer" aria-live="polite"></div>
  </section>`;
}
