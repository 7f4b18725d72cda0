/** Elements from data. Text is only ever set as text: what is shown was written by anybody. */

/**
 * @param {string} tag Name of the element, with its class: `td.number`.
 * @param {Record<string, unknown>} properties
 * @param {...(Node | string)} children
 */
export function element(tag, properties = {}, ...children) {
  const [name, className] = tag.split('.');
  const made = Object.assign(document.createElement(name), properties);
  if (className) made.className = className;
  made.append(...children);
  return made;
}

/** JSON made readable, anything else as it is. @param {string} text */
export function readable(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

/** A heading and a text below it; nothing where there is no text. @param {string} title */
export function block(title, text) {
  return text ? [element('h3', {}, title), element('pre', {}, text)] : [];
}
