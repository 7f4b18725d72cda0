/** A stage of a WebSocket API: a client to try it with, and who is connected, to send to and to end. */
import { element } from './element.mjs';

const REFRESH_MS = 1000;
const LINES_MAX = 200;

/** @param {HTMLElement} view */
export async function showSockets(view, { signal }, { id, stage }) {
  const scheme = location.protocol === 'https:' ? 'wss' : 'ws';
  const address = `${scheme}://${location.host}/_aws/execute-api/${id}/${stage}`;
  const rows = element('tbody');
  const refusal = element('p.bad', { role: 'alert' });
  const others = element('p.quiet');
  const title = element('h3', {}, 'Connections');
  const list = element('section', {}, title, element('table', {}, rows), others, refusal);
  view.append(
    element('h2', {}, `${id} · ${stage}`),
    element('p.quiet', {}, address),
    element('div.columns', {}, clientOf(address, signal), list),
  );
  const isHere = ({ apiId, stageName }) => apiId === id && stageName === stage;
  let shown = '';
  const draw = ({ connections, more }) => {
    others.textContent = more === 0 ? '' : `${more} connections, of any stage, are not shown.`;
    const here = connections.filter(isHere);
    // What somebody is about to type is not taken away.
    const ids = here.map(({ connectionId }) => connectionId).join();
    if (ids === shown && rows.childElementCount > 0) return;
    shown = ids;
    rows.replaceChildren(...here.map((connection) => rowOf(connection, command)));
    if (here.length === 0) {
      rows.append(element('tr', {}, element('td.quiet', {}, 'Nobody is connected.')));
    }
  };
  const command = async (wanted) => {
    const headers = { 'content-type': 'application/json' };
    const init = { method: 'POST', headers, body: JSON.stringify(wanted), signal };
    const answer = await fetch('connections', init);
    const said = await answer.json();
    refusal.textContent = answer.ok ? '' : said.message;
    if (answer.ok) draw(said);
  };
  while (!signal.aborted) {
    if (!document.hidden) {
      const answer = await fetch('connections', { signal });
      const said = await answer.json();
      if (!answer.ok) throw new Error(said.message);
      draw(said);
    }
    await new Promise((resolve) => setTimeout(resolve, REFRESH_MS));
  }
}

function rowOf({ connectionId, sourceIp, connectedAt }, command) {
  const title = `${sourceIp}, since ${new Date(connectedAt).toLocaleTimeString()}`;
  const message = element('input', { placeholder: 'message' });
  message.ariaLabel = `Message to ${connectionId}`;
  const send = (event) => {
    event.preventDefault();
    void command({ connectionId, send: message.value });
  };
  const end = () => void command({ connectionId, close: true });
  return element(
    'tr',
    {},
    element('td', { title }, element('code', {}, connectionId)),
    element('td', {}, element('form', { onsubmit: send }, message, element('button', {}, 'Push'))),
    element('td', {}, element('button', { type: 'button', onclick: end }, 'End')),
  );
}

/** A connection of this page's own, and what goes over it. */
function clientOf(address, signal) {
  const said = element('pre');
  const say = (line) => {
    const lines = [...said.textContent.split('\n'), line].slice(-LINES_MAX);
    said.textContent = lines.join('\n').trim();
  };
  const query = element('input.path', { placeholder: '?token=…' });
  query.ariaLabel = 'Query';
  const toggle = element('button', {}, 'Connect');
  const message = element('textarea', { placeholder: '{"action": "say"}' });
  message.ariaLabel = 'Message';
  let socket;
  const leave = () => socket?.close(1000);
  signal.addEventListener('abort', leave);
  const connect = (event) => {
    event.preventDefault();
    if (socket) return leave();
    socket = new WebSocket(address + query.value);
    toggle.textContent = 'Disconnect';
    socket.addEventListener('open', () => say('connected'));
    socket.addEventListener('message', ({ data }) => {
      say(`← ${typeof data === 'string' ? data : 'binary'}`);
    });
    socket.addEventListener('close', ({ code, reason }) => {
      say(`closed ${code} ${reason}`);
      socket = undefined;
      toggle.textContent = 'Connect';
    });
  };
  const send = (event) => {
    event.preventDefault();
    if (socket?.readyState !== WebSocket.OPEN) return say('not connected');
    const text = String(message.value);
    socket.send(text);
    say(`→ ${text}`);
  };
  return element(
    'section',
    {},
    element('h3', {}, 'Client'),
    element('form', { onsubmit: connect }, query, toggle),
    element('form', { onsubmit: send }, message, element('button', {}, 'Send')),
    said,
  );
}
