/** Sends what a form says to the API's own address, and shows what comes back, as text. */

/** As on AWS (developer guide, "Enable try it"). */
const TIMEOUT_MS = 29_000;
const ANSWER_BYTES_MAX = 6 * 1024 * 1024;

const form = document.querySelector('#try');
const answer = document.querySelector('#answer');

form.addEventListener('submit', (event) => {
  event.preventDefault();
  void tryIt();
});

async function tryIt() {
  const button = form.querySelector('button');
  button.disabled = true;
  answer.replaceChildren();
  try {
    const startedMs = performance.now();
    const { url, ...options } = requestOf(form);
    const response = await fetch(url, { ...options, signal: AbortSignal.timeout(TIMEOUT_MS) });
    const body = await textOf(response);
    show(response, body, Math.round(performance.now() - startedMs));
  } catch (error) {
    const why =
      error.name === 'TimeoutError' ? 'There was no answer in 29 seconds.' : error.message;
    answer.append(element('p', 'failed', why));
  } finally {
    button.disabled = false;
  }
}

function requestOf({ dataset, elements }) {
  const fields = [...form.querySelectorAll('[data-in]')].filter(({ value }) => value !== '');
  const of = (place) => fields.filter((field) => field.dataset.in === place);
  const values = new Map(of('path').map((field) => [field.dataset.name, field.value]));
  const path = dataset.path.replaceAll(/\{([^{}+]+)(\+?)\}/g, (_, name, greedy) => {
    const value = values.get(name) ?? '';
    return greedy ? value.split('/').map(encodeURIComponent).join('/') : encodeURIComponent(value);
  });
  const query = new URLSearchParams(of('query').map((field) => [field.dataset.name, field.value]));
  const headers = new Headers(of('header').map((field) => [field.dataset.name, field.value]));
  const method = elements.namedItem('method')?.value ?? dataset.method;
  const text = form.querySelector('#body');
  const hasBody = text !== null && text.value !== '' && method !== 'GET' && method !== 'HEAD';
  if (hasBody && !headers.has('content-type')) headers.set('content-type', text.dataset.type);
  const search = query.size === 0 ? '' : `?${query}`;
  const url = `${dataset.stage}${path}${search}`;
  return { url, method, headers, ...(hasBody && { body: text.value }) };
}

/** No more than is shown. */
async function textOf(response) {
  if (!response.body) return '';
  const parts = [];
  let size = 0;
  for await (const part of response.body) {
    parts.push(part);
    size += part.length;
    if (size > ANSWER_BYTES_MAX) break;
  }
  const text = await new Blob(parts).text();
  return size > ANSWER_BYTES_MAX ? `${text}\n… and more than 6 MB` : text;
}

function show(response, body, tookMs) {
  const status = element('p', response.ok ? 'passed' : 'failed');
  status.append(
    element('strong', '', String(response.status)),
    ` ${response.statusText} · ${tookMs} ms`,
  );
  const headers = [...response.headers].map(([name, value]) => `${name}: ${value}`).join('\n');
  const details = element('details', '');
  details.append(element('summary', '', 'Headers'), element('pre', '', headers));
  answer.append(status, details, element('pre', 'body', readable(body)));
}

function readable(text) {
  try {
    return JSON.stringify(JSON.parse(text), undefined, 2);
  } catch {
    return text;
  }
}

function element(name, className, text = '') {
  const made = document.createElement(name);
  if (className) made.className = className;
  made.textContent = text;
  return made;
}
