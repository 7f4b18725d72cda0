/**
 * What people write in Markdown, as HTML: headings, paragraphs, lists, quotes, tables, code, emphasis and
 * links. HTML in it is text, pictures are links. No pattern looks further than it must: bodies come from
 * anybody who may write pages, and are shown to everybody.
 */
import { html, Html } from './html.ts';

const QUOTES_MAX = 4;
const FENCE = /^ {0,3}(`{3,}|~{3,})/;
const HEADING = /^ {0,3}(#{1,6})[ \t]+(.*)$/;
const RULE = /^ {0,3}(?:-[ \t]*){3,}$|^ {0,3}(?:\*[ \t]*){3,}$|^ {0,3}(?:_[ \t]*){3,}$/;
const ITEM = /^ {0,3}(?:[-*+]|(\d{1,9})[.)])[ \t]+(.*)$/;
const QUOTE = /^ {0,3}> ?/;
const TABLE_RULE = /^\|?(?:[ \t]*:?-+:?[ \t]*\|)+[ \t]*(?::?-+:?)?$/;

/** Headings begin below the page's own. */
const HEADINGS = ['h2', 'h3', 'h4', 'h5', 'h6', 'h6'];

export function markdown(text: string): Html {
  return blocks(text.split(/\r?\n/), 0);
}

function blocks(lines: readonly string[], depth: number): Html {
  const written: Html[] = [];
  for (let at = 0; at < lines.length;) {
    const { content, end } = blockAt(lines, at, depth);
    if (content) written.push(content);
    at = end;
  }
  return html`${written}`;
}

interface Block {
  readonly content: Html | undefined;
  /** The line after it. */
  readonly end: number;
}

function blockAt(lines: readonly string[], at: number, depth: number): Block {
  const line = lines[at] ?? '';
  if (line.trim() === '') return { content: undefined, end: at + 1 };
  const fence = FENCE.exec(line)?.[1];
  if (fence !== undefined) return fenced(lines, at, fence);
  const [, marks, title = ''] = HEADING.exec(line) ?? [];
  if (marks !== undefined) {
    const name = new Html(HEADINGS[marks.length - 1] ?? 'h6');
    return { content: html`<${name}>${inline(title.trim())}</${name}>`, end: at + 1 };
  }
  if (RULE.test(line)) return { content: html`<hr />`, end: at + 1 };
  if (QUOTE.test(line) && depth < QUOTES_MAX) return quoted(lines, at, depth);
  if (ITEM.test(line)) return listed(lines, at);
  if (line.includes('|') && TABLE_RULE.test((lines[at + 1] ?? '').trim())) return table(lines, at);
  return paragraph(lines, at);
}

function fenced(lines: readonly string[], at: number, fence: string): Block {
  const closes = (line: string) => line.trim().startsWith(fence) && /^[`~\s]+$/.test(line);
  const end = endOf(lines, at + 1, (line) => !closes(line));
  const code = lines.slice(at + 1, end).join('\n');
  return { content: html`<pre tabindex="0"><code>${code}</code></pre>`, end: end + 1 };
}

function quoted(lines: readonly string[], at: number, depth: number): Block {
  const end = endOf(lines, at, (line) => QUOTE.test(line));
  const inner = lines.slice(at, end).map((line) => line.replace(QUOTE, ''));
  return { content: html`<blockquote>${blocks(inner, depth + 1)}</blockquote>`, end };
}

/** Lines that are indented go on with the item before them. */
function listed(lines: readonly string[], at: number): Block {
  const isOrdered = ITEM.exec(lines[at] ?? '')?.[1] !== undefined;
  const goesOn = (line: string) => {
    const item = ITEM.exec(line);
    return item ? (item[1] !== undefined) === isOrdered : /^[ \t]+\S/.test(line);
  };
  const end = endOf(lines, at, goesOn);
  const items: string[] = [];
  for (const line of lines.slice(at, end)) {
    const text = ITEM.exec(line)?.[2];
    if (text === undefined) items.push(`${items.pop() ?? ''}\n${line.trim()}`);
    else items.push(text);
  }
  const written = items.map((item) => html`<li>${inline(item)}</li>`);
  return {
    content: isOrdered
      ? html`<ol>
          ${written}
        </ol>`
      : html`<ul>
          ${written}
        </ul>`,
    end,
  };
}

function table(lines: readonly string[], at: number): Block {
  const end = endOf(lines, at + 2, (line) => line.includes('|'));
  const head = cellsOf(lines[at] ?? '').map((cell) => html`<th scope="col">${inline(cell)}</th>`);
  const rows = lines.slice(at + 2, end).map((line) => {
    return html`<tr>
      ${cellsOf(line).map((cell) => html`<td>${inline(cell)}</td>`)}
    </tr>`;
  });
  const content = html`<div class="wide" tabindex="0">
    <table>
      <thead>
        <tr>
          ${head}
        </tr>
      </thead>
      <tbody>
        ${rows}
      </tbody>
    </table>
  </div>`;
  return { content, end };
}

function cellsOf(line: string): string[] {
  const cells = line.trim().split('|');
  if (cells[0] === '') cells.shift();
  if (cells.at(-1) === '') cells.pop();
  return cells.map((cell) => cell.trim());
}

function paragraph(lines: readonly string[], at: number): Block {
  const ends = [FENCE, HEADING, RULE, QUOTE, ITEM];
  const goesOn = (line: string) => line.trim() !== '' && !ends.some((end) => end.test(line));
  const end = endOf(lines, at + 1, goesOn);
  return { content: html`<p>${inline(lines.slice(at, end).join('\n'))}</p>`, end };
}

/** The first line from `at` on of which it is not so. */
function endOf(lines: readonly string[], at: number, isSo: (line: string) => boolean): number {
  let end = at;
  while (end < lines.length && isSo(lines[end] ?? '')) end += 1;
  return end;
}

/** Code; a picture or link; strong; emphasis; struck out; a bare URL; a character that is meant as it is. */
const INLINE =
  /`([^`\n]{1,1000})`|!?\[([^[\]\n]{1,500})\]\(([^\s()]{1,2000})\)|\*\*([^*\n]{1,500})\*\*|\*([^*\s][^*\n]{0,500})\*|(?<!\w)_([^_\s][^_\n]{0,500})_(?!\w)|~~([^~\n]{1,500})~~|(https?:\/\/[^\s<>"'`]{1,2000}[^\s<>"'`.,:;!?)\]])|\\([!-/:-@[-`{-~])/g;

function inline(text: string): Html {
  const written: (string | Html)[] = [];
  let at = 0;
  for (const match of text.matchAll(INLINE)) {
    written.push(text.slice(at, match.index), inlineOf(match));
    at = match.index + match[0].length;
  }
  written.push(text.slice(at));
  return html`${written}`;
}

function inlineOf(match: RegExpMatchArray): Html | string {
  const [, code, label, target = '', strong, starred, underlined, struck, url, escaped] = match;
  if (code !== undefined) return html`<code>${code}</code>`;
  if (label !== undefined) return link(target, html`${label}`);
  if (strong !== undefined) return html`<strong>${inline(strong)}</strong>`;
  const emphasis = starred ?? underlined;
  if (emphasis !== undefined) return html`<em>${inline(emphasis)}</em>`;
  if (struck !== undefined) return html`<del>${inline(struck)}</del>`;
  if (url !== undefined) return link(url, html`${url}`);
  return escaped ?? '';
}

/** Only what opens a page or a mail; a script is neither. */
function link(target: string, label: Html): Html {
  if (!/^(?:https?:\/\/|mailto:|#)/i.test(target)) return label;
  return html`<a href="${target}" rel="noopener noreferrer">${label}</a>`;
}
