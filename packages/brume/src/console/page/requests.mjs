/** The last requests, newest first, as they come. */
import { block, element, readable } from './element.mjs';

const REFRESH_MS = 1000;
const SHOWN = 200;

/** @param {HTMLElement} view */
export async function showRequests(view, { cloud, signal }) {
  if (cloud.auth !== 'accept') {
    view.append(element('p', {}, 'Signatures are enforced here, and a page has no credentials.'));
    return;
  }
  const filter = element('input', {
    type: 'search',
    placeholder: 'service, operation, path, status …',
  });
  filter.ariaLabel = 'Filter';
  const pause = element('button', { type: 'button' }, 'Pause');
  const rows = element('tbody');
  const details = element('section');
  const table = element('table', {}, head(), rows);
  const list = element('section', {}, table);
  const form = element('form', { onsubmit: (event) => event.preventDefault() }, filter, pause);
  view.append(form, element('div.columns', {}, list, details));

  let requests = [];
  let chosen;
  let isPaused = false;
  const choose = (request) => {
    chosen = request.requestId;
    details.replaceChildren(...detailsOf(request));
    draw();
  };
  const draw = () => {
    const words = filter.value.toLowerCase().split(/\s+/).filter(Boolean);
    const shown = requests.filter((request) => {
      const text = textOf(request).toLowerCase();
      return words.every((word) => text.includes(word));
    });
    rows.replaceChildren(...shown.map((request) => row(request, chosen, choose)));
    if (shown.length > 0) return;
    const said = requests.length ? 'None of the last requests is like that.' : 'No requests yet.';
    rows.append(element('tr', {}, element('td.quiet', { colSpan: 5 }, said)));
  };
  filter.addEventListener('input', draw);
  pause.addEventListener('click', () => {
    isPaused = !isPaused;
    pause.textContent = isPaused ? 'Go on' : 'Pause';
  });
  while (!signal.aborted) {
    if (!isPaused && !document.hidden) {
      const answer = await fetch(`requests?limit=${SHOWN}`, { signal });
      const said = await answer.json();
      if (!answer.ok) throw new Error(said.message);
      const isNew = said.requests[0]?.requestId !== requests[0]?.requestId;
      requests = said.requests;
      if (isNew || rows.childElementCount === 0) draw();
    }
    await new Promise((resolve) => setTimeout(resolve, REFRESH_MS));
  }
}

function head() {
  const titles = ['Time', 'Service', 'Operation'].map((title) => element('th', {}, title));
  const numbers = ['Status', 'ms'].map((title) => element('th.number', {}, title));
  return element('thead', {}, element('tr', {}, ...titles, ...numbers));
}

function textOf({ service, operation, method, target, status, errorCode }) {
  return [service, operation, method, target, status, errorCode].join(' ');
}

function row(request, chosen, choose) {
  const { timeMs, service, operation, method, target, status, durationMs, errorCode } = request;
  const made = element(
    'tr',
    { tabIndex: 0, onclick: () => choose(request) },
    element('td', {}, new Date(timeMs).toLocaleTimeString()),
    element('td', {}, service),
    element('td', { title: `${method} ${target}` }, operation || `${method} ${target}`),
    element(
      status < 400 ? 'td.number' : 'td.number bad',
      { title: errorCode ?? '' },
      String(status),
    ),
    element('td.number', {}, durationMs.toFixed(1)),
  );
  made.addEventListener('keydown', ({ key }) => key === 'Enter' && choose(request));
  made.ariaSelected = String(request.requestId === chosen);
  return made;
}

function detailsOf(request) {
  const { service, operation, method, target, status, errorCode, details } = request;
  const { steps, ...more } = details ?? {};
  return [
    element('h2', {}, `${service} ${operation}`),
    element('p', {}, element('code', {}, `${method} ${target}`), ` → ${status} ${errorCode ?? ''}`),
    element('p.quiet', {}, `${request.requestId} · ${request.region} · ${request.accountId}`),
    ...(Array.isArray(steps) ? stepsOf(steps) : []),
    ...block('What happened', Object.keys(more).length ? JSON.stringify(more, null, 2) : ''),
    ...block('Request', bodyOf(request.requestBody)),
    ...block('Answer', bodyOf(request.responseBody)),
    ...block('Headers', headersOf(request.requestHeaders)),
  ];
}

function stepsOf(steps) {
  const longest = Math.max(...steps.map(({ durationMs }) => durationMs), 0.001);
  const lines = steps.map(({ step, durationMs }) => {
    const bar = element('meter', { max: longest, value: durationMs });
    return element(
      'tr',
      {},
      element('td', {}, step),
      element('td', {}, bar),
      element('td.number', {}, `${durationMs.toFixed(2)} ms`),
    );
  });
  return [element('h3', {}, 'Steps'), element('table', {}, element('tbody', {}, ...lines))];
}

function bodyOf({ text, sizeBytes }) {
  if (!text) return '';
  const isWhole = sizeBytes === undefined || new TextEncoder().encode(text).length >= sizeBytes;
  return isWhole ? readable(text) : `${text}\n… ${sizeBytes} bytes in all`;
}

function headersOf(raw) {
  const lines = [];
  for (let at = 0; at < raw.length; at += 2) lines.push(`${raw[at]}: ${raw[at + 1]}`);
  return lines.join('\n');
}
