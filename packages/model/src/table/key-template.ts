/** Key attributes made of an item's other attributes: `'ORDER#{customerId}#{orderId}'`. */
import type { AttributeMap } from '../attribute-value.ts';
import { invalidDefinition, refusedValue } from '../errors.ts';

/** The names in braces. */
export type TemplateNames<T extends string> = T extends `${string}{${infer Name}}${infer Rest}`
  ? Name | TemplateNames<Rest>
  : never;

export interface KeyTemplate {
  readonly names: readonly string[];
  /** `texts[i]` stands before `names[i]`, and one text at the end. */
  readonly texts: readonly string[];
}

export function parseTemplate(source: string): KeyTemplate {
  const names: string[] = [];
  const texts: string[] = [];
  let end = 0;
  for (const match of source.matchAll(/\{([^{}]+)\}/g)) {
    const text = source.slice(end, match.index);
    if (text === '' && names.length > 0) {
      throw invalidDefinition(`key ${source}: two attributes need a text between them`);
    }
    texts.push(text);
    names.push(match[1] as string);
    end = match.index + match[0].length;
  }
  texts.push(source.slice(end));
  return { names, texts };
}

export interface Rendered {
  readonly text: string;
  /** False where an attribute was absent: then the text ends before it. */
  readonly complete: boolean;
  /** How many of the names were there. */
  readonly used: number;
}

/** Fills in the template from encoded attributes, as far as they go. */
export function renderTemplate(template: KeyTemplate, item: AttributeMap): Rendered {
  let text = '';
  for (const [at, name] of template.names.entries()) {
    text += template.texts[at] as string;
    const part = Object.hasOwn(item, name) ? keyText(item, name) : undefined;
    if (part === undefined) return { text, complete: false, used: at };
    const separator = template.texts[at + 1] as string;
    if (separator !== '' && part.includes(separator)) {
      // Two different items could otherwise have the same key.
      throw refusedValue(
        `contains ${JSON.stringify(separator)}, which ends it in the key`,
        part,
      ).within(name);
    }
    text += part;
  }
  return {
    text: text + (template.texts.at(-1) as string),
    complete: true,
    used: template.names.length,
  };
}

function keyText(item: AttributeMap, name: string): string {
  const value = item[name] as { S?: string; N?: string };
  const text = value.S ?? value.N;
  if (text === undefined)
    throw refusedValue('can only be part of a key as text or number', value).within(name);
  return text;
}
