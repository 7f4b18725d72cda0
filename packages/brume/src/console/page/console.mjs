/** Chooses what is shown by the end of the address, and says which cloud this is. */
import { showApis } from './apis.mjs';
import { element } from './element.mjs';
import { showRequests } from './requests.mjs';

const VIEWS = { requests: showRequests, apis: showApis };
const view = document.querySelector('#view');
const cloud = await (await fetch('health')).json();
document.querySelector('#cloud').textContent =
  `${cloud.version} · ${cloud.region} · account ${cloud.account} · ${cloud.data}`;

let leave = new AbortController();
addEventListener('hashchange', show);
show();

function show() {
  const [name, ...rest] = location.hash.slice(1).split('/').map(decodeURIComponent);
  leave.abort();
  leave = new AbortController();
  for (const link of document.querySelectorAll('nav a')) {
    const isHere = link.getAttribute('href') === `#${name || 'requests'}`;
    if (isHere) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
  }
  view.replaceChildren();
  const render = VIEWS[name] ?? showRequests;
  Promise.resolve(render(view, { cloud, rest, signal: leave.signal })).catch((error) => {
    if (error.name !== 'AbortError') view.replaceChildren(element('p.bad', {}, error.message));
  });
}
