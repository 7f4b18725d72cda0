/** The deployed APIs: their stages, what each stage's OpenAPI document says, and a way to try it. */
import { block, element, readable } from './element.mjs';
import { showSockets } from './sockets.mjs';

const METHODS = ['get', 'post', 'put', 'patch', 'delete', 'head', 'options'];

/** @param {HTMLElement} view */
export async function showApis(view, context) {
  const [kind, id, stage] = context.rest;
  if (kind === 'sockets') return showSockets(view, context, { id, stage });
  if (stage !== undefined) return showStage(view, context, { kind, id, stage });
  if (context.cloud.auth !== 'accept') {
    view.append(element('p', {}, 'Signatures are enforced here, and a page has no credentials.'));
    return;
  }
  const apis = await listApis(context);
  if (apis.length === 0) view.append(element('p.quiet', {}, 'There are no APIs yet.'));
  for (const api of apis) view.append(...apiOf(api));
}

async function listApis(context) {
  const rest = await call(context, '/restapis');
  const http = await call(context, '/v2/apis');
  const apis = [
    ...(rest.item ?? []).map(({ id, name }) => ({ kind: 'rest', id, name, type: 'REST' })),
    ...(http.items ?? []).map(({ apiId: id, name, protocolType: type }) => ({
      kind: 'v2',
      id,
      name,
      type,
    })),
  ];
  const withStages = async (api) => {
    const path = api.kind === 'rest' ? `/restapis/${api.id}/stages` : `/v2/apis/${api.id}/stages`;
    const { item, items } = await call(context, path);
    return { ...api, stages: (item ?? items ?? []).map(({ stageName }) => stageName) };
  };
  return Promise.all(apis.map(withStages));
}

function apiOf({ kind, id, name, type, stages }) {
  const links = stages.map((stage) => {
    const place = type === 'WEBSOCKET' ? 'sockets' : kind;
    const href = `#apis/${place}/${encodeURIComponent(id)}/${encodeURIComponent(stage)}`;
    return element('li', {}, element('a', { href }, stage));
  });
  const none = element('p.quiet', {}, 'It has no stages.');
  return [
    element('h2', {}, name),
    element('p.quiet', {}, `${type} API ${id}`),
    links.length ? element('ul', {}, ...links) : none,
  ];
}

const addressOf = (id, stage) => `/_aws/execute-api/${id}/${stage === '$default' ? '' : stage}`;

async function showStage(view, context, { kind, id, stage }) {
  const at = encodeURIComponent(stage);
  const path =
    kind === 'rest'
      ? `/restapis/${id}/stages/${at}/exports/oas30`
      : `/v2/apis/${id}/exports/OAS30?outputType=JSON&stageName=${at}`;
  const description = await call(context, path);
  const base = addressOf(id, stage).replace(/\/$/, '');
  const operations = Object.entries(description.paths ?? {}).flatMap(([route, item]) =>
    Object.keys(item)
      .filter((key) => METHODS.includes(key) || key.startsWith('x-amazon-apigateway-any'))
      .map((key) => ({ route, method: METHODS.includes(key) ? key : 'any', said: item[key] })),
  );
  const details = element('section');
  const rows = operations.map((operation) => {
    const { route, method, said } = operation;
    const choose = () => details.replaceChildren(...operationOf(operation, base));
    return element(
      'tr',
      { tabIndex: 0, onclick: choose, onkeydown: ({ key }) => key === 'Enter' && choose() },
      element('td', {}, method.toUpperCase()),
      element('td', {}, element('code', {}, route)),
      element('td.quiet', {}, said?.summary ?? said?.description ?? ''),
    );
  });
  const table = element('table', {}, element('tbody', {}, ...rows));
  const { title = id } = description.info ?? {};
  view.append(
    element('h2', {}, `${title} · ${stage}`),
    element('p.quiet', {}, `${location.origin}${base}`),
    element('div.columns', {}, table, details),
    ...block('OpenAPI', JSON.stringify(description, null, 2)),
  );
}

function operationOf({ route, method, said }, base) {
  const path = element('input.path', { value: base + route.replace(/\/\$default$/, '/') });
  path.ariaLabel = 'Path';
  const chosen = element('select');
  const methods = method === 'any' ? METHODS : [method];
  chosen.append(...methods.map((each) => element('option', {}, each.toUpperCase())));
  chosen.ariaLabel = 'Method';
  const body = element('textarea', { placeholder: 'Body' });
  body.ariaLabel = 'Body';
  const answer = element('section');
  const send = async (event) => {
    event.preventDefault();
    const hasBody = body.value !== '' && !['GET', 'HEAD'].includes(chosen.value);
    const init = { method: chosen.value, ...(hasBody && { body: body.value, headers: JSON_BODY }) };
    try {
      const response = await fetch(path.value, init);
      const fields = [...response.headers].map(([name, value]) => `${name}: ${value}`).join('\n');
      answer.replaceChildren(
        ...block(
          `${response.status} ${response.statusText}`,
          readable(await response.text()) || ' ',
        ),
        ...block('Headers', fields),
      );
    } catch (error) {
      answer.replaceChildren(element('p.bad', {}, String(error)));
    }
  };
  return [
    element('form', { onsubmit: send }, chosen, path, element('button', {}, 'Send'), body),
    answer,
    ...block('Description', JSON.stringify(said, null, 2)),
  ];
}

const JSON_BODY = { 'content-type': 'application/json' };

/** Asks API Gateway, as anybody may while signatures are not checked. */
async function call({ cloud, signal }, path) {
  const scope = `test/20260101/${cloud.region}/apigateway/aws4_request`;
  const authorization = `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=page`;
  const headers = { authorization, accept: 'application/json' };
  const answer = await fetch(path, { headers, signal });
  const said = await answer.json();
  if (!answer.ok) throw new Error(said.message ?? answer.statusText);
  return said;
}
