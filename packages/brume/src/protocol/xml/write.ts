/** XML text from elements: the only place where text is escaped for XML. */

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\t': '&#x9;',
  '\n': '&#xA;',
  '\r': '&#xD;',
  '\u0085': '&#x85;',
  '\u2028': '&#x2028;',
};
/** What XML 1.0 cannot say at all, even escaped, is replaced. */
// oxlint-disable-next-line no-control-regex
const UNSAYABLE = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;

export function escapedText(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(UNSAYABLE, '\ufffd')
    .replaceAll(/[&<>"\r\u0085\u2028]/g, (character) => ESCAPES[character] as string);
}

export function escapedAttribute(text: string): string {
  return escapedText(text).replaceAll(/[\t\n]/g, (character) => ESCAPES[character] as string);
}

/** An element around content that is XML already. `attributes` starts with a space where not empty. */
export function element(name: string, attributes: string, content: string): string {
  return content === '' && attributes === ''
    ? `<${name}/>`
    : `<${name}${attributes}>${content}</${name}>`;
}

export function textElement(name: string, text: string): string {
  return element(name, '', escapedText(text));
}
