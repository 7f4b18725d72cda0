/**
 * A strict reader of small XML documents into a tree. No document type is accepted, so no entity but
 * the five of XML itself; depth and number of elements are bounded; time is linear in the text.
 */
import { DEPTH_MAX, XML_NODES_MAX } from '../limits.ts';

export interface XmlElement {
  /** Without its namespace prefix. */
  readonly name: string;
  /** By the name as written, with its prefix. */
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly XmlElement[];
  /** All character data directly inside. */
  readonly text: string;
}

/** The text is not well-formed, or beyond a limit. */
export class XmlError extends Error {
  override readonly name = 'XmlError';
}

interface OpenElement extends XmlElement {
  readonly qualifiedName: string;
  readonly children: XmlElement[];
  text: string;
}

export function parseXml(text: string): XmlElement {
  return new Parser(text).document();
}

const NAME = /[A-Za-z_:\u00c0-\uffff][\w:.\-\u00b7-\uffff]*/y;
const SPACE = /[ \t\r\n]*/y;
/** Not allowed in XML 1.0 text at all. */
// oxlint-disable-next-line no-control-regex
const ILLEGAL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/;

class Parser {
  readonly #text: string;
  #offset = 0;
  #nodes = 0;
  readonly #open: OpenElement[] = [];

  constructor(text: string) {
    if (ILLEGAL.test(text)) throw new XmlError('illegal character');
    this.#text = text.startsWith('\ufeff') ? text.slice(1) : text;
  }

  document(): XmlElement {
    let root: XmlElement | undefined;
    if (/^<\?xml[ \t\r\n]/.test(this.#text)) this.#skipTo('?>');
    while (this.#offset < this.#text.length) {
      if (this.#text[this.#offset] !== '<') {
        this.#characters(this.#until('<'));
      } else if (!this.#skipMiscellany()) {
        const closed = this.#tag();
        if (!closed) continue;
        if (root) throw new XmlError('more than one root');
        root = closed;
      }
    }
    if (!root || this.#open.length > 0) throw new XmlError('unexpected end');
    return root;
  }

  /** Comments, processing instructions and CDATA; false when a tag follows. */
  #skipMiscellany(): boolean {
    if (this.#at('<!--')) {
      this.#skipTo('-->');
    } else if (this.#at('<![CDATA[')) {
      const start = this.#offset + '<![CDATA['.length;
      const end = this.#text.indexOf(']]>', start);
      if (end === -1) throw new XmlError('unexpected end');
      this.#addText(newlines(this.#text.slice(start, end)));
      this.#offset = end + 3;
    } else if (this.#at('<?')) {
      this.#skipTo('?>');
    } else if (this.#at('<!')) {
      throw new XmlError('document types are not allowed');
    } else {
      return false;
    }
    return true;
  }

  /** Reads a tag; returns the root when the tag closed it. */
  #tag(): XmlElement | undefined {
    this.#offset += 1;
    if (this.#text[this.#offset] === '/') {
      this.#offset += 1;
      return this.#close(this.#name());
    }
    const qualifiedName = this.#name();
    const attributes = this.#attributes();
    const isEmpty = this.#text[this.#offset] === '/';
    if (isEmpty) this.#offset += 1;
    this.#expect('>');
    if (this.#open.length >= DEPTH_MAX || ++this.#nodes > XML_NODES_MAX) {
      throw new XmlError('too large');
    }
    const name = qualifiedName.slice(qualifiedName.indexOf(':') + 1);
    this.#open.push({ qualifiedName, name, attributes, children: [], text: '' });
    return isEmpty ? this.#end(qualifiedName) : undefined;
  }

  #close(qualifiedName: string): XmlElement | undefined {
    this.#space();
    this.#expect('>');
    return this.#end(qualifiedName);
  }

  #end(qualifiedName: string): XmlElement | undefined {
    const element = this.#open.pop();
    if (element?.qualifiedName !== qualifiedName) throw new XmlError('tags do not match');
    const parent = this.#open.at(-1);
    if (!parent) return element;
    parent.children.push(element);
    return undefined;
  }

  #attributes(): Map<string, string> {
    const attributes = new Map<string, string>();
    for (;;) {
      const before = this.#offset;
      this.#space();
      const next = this.#text[this.#offset];
      if (next === '>' || next === '/') return attributes;
      if (this.#offset === before) throw new XmlError('space expected');
      const name = this.#name();
      this.#space();
      this.#expect('=');
      this.#space();
      const quote = this.#text[this.#offset];
      if (quote !== '"' && quote !== "'") throw new XmlError('quote expected');
      this.#offset += 1;
      const value = this.#until(quote);
      this.#expect(quote);
      if (value.includes('<') || attributes.has(name) || ++this.#nodes > XML_NODES_MAX) {
        throw new XmlError('bad attribute');
      }
      attributes.set(name, unescaped(value.replaceAll(/[\t\r\n]/g, ' ')));
    }
  }

  #characters(raw: string): void {
    if (raw.includes(']]>')) throw new XmlError('stray ]]>');
    this.#addText(unescaped(newlines(raw)));
  }

  #addText(text: string): void {
    const element = this.#open.at(-1);
    if (element) element.text += text;
    else if (text.trim() !== '') throw new XmlError('text outside the root');
  }

  #until(end: string): string {
    const start = this.#offset;
    const found = this.#text.indexOf(end, start);
    this.#offset = found === -1 ? this.#text.length : found;
    return this.#text.slice(start, this.#offset);
  }

  #skipTo(end: string): void {
    const found = this.#text.indexOf(end, this.#offset);
    if (found === -1) throw new XmlError('unexpected end');
    this.#offset = found + end.length;
  }

  #at(text: string): boolean {
    return this.#text.startsWith(text, this.#offset);
  }

  #expect(character: string): void {
    if (this.#text[this.#offset] !== character) throw new XmlError(`${character} expected`);
    this.#offset += 1;
  }

  #space(): void {
    SPACE.lastIndex = this.#offset;
    SPACE.test(this.#text);
    this.#offset = SPACE.lastIndex;
  }

  #name(): string {
    NAME.lastIndex = this.#offset;
    const name = NAME.exec(this.#text)?.[0];
    if (name === undefined) throw new XmlError('name expected');
    this.#offset += name.length;
    return name;
  }
}

/** Line ends as XML has them, before references are resolved: `&#xD;` stays what it says. */
function newlines(raw: string): string {
  return raw.replaceAll(/\r\n?/g, '\n');
}

const ENTITIES: ReadonlyMap<string, string> = new Map([
  ['lt', '<'],
  ['gt', '>'],
  ['amp', '&'],
  ['quot', '"'],
  ['apos', "'"],
]);

function unescaped(text: string): string {
  if (!text.includes('&')) return text;
  return text.replaceAll(
    /&(?:#x([0-9A-Fa-f]{1,6});|#(\d{1,7});|(\w{1,4});)?/g,
    (whole, ...groups) => {
      const [hexadecimal, decimal, name] = groups as (string | undefined)[];
      const code = hexadecimal === undefined ? Number(decimal) : Number.parseInt(hexadecimal, 16);
      const character = name === undefined ? characterOf(code) : ENTITIES.get(name);
      if (character === undefined) throw new XmlError(`bad reference ${whole}`);
      return character;
    },
  );
}

function characterOf(code: number): string | undefined {
  const isScalar = code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff);
  if (!isScalar) return undefined;
  const character = String.fromCodePoint(code);
  return ILLEGAL.test(character) ? undefined : character;
}
