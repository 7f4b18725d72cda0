/** Literals, lists, bags and structs as attribute values. */
import { decimalProblemMessage, normalizeValue } from '../items/attribute-validation.ts';
import {
  emptyAttributes,
  type AttributeMap,
  type AttributeValue,
} from '../items/attribute-value.ts';
import { canonicalNumber, parseDecimal, type DecimalProblem } from '../items/decimal.ts';
import { validation } from '../errors.ts';
import { olderLayer } from '../validation.ts';
import type { Node, StructNode } from './nodes.ts';
import { shownNode } from './placeholders.ts';
import { malformed, problemAt } from './problems.ts';

/** A value that the statement itself holds. */
export function literalValue(node: Node): AttributeValue {
  return normalizeValue(valueOf(node, 'root', 'root'), olderLayer);
}

/** True where a node is a value by itself, whatever it is made of. */
export function isLiteral(node: Node): boolean {
  return ['literal', 'list', 'bag', 'struct', 'ion'].includes(node.type);
}

/** The fields of a struct; keys are strings, each once. */
export function structFields(node: StructNode, place: string): Map<string, Node> {
  const fields = new Map<string, Node>();
  for (const { key, value } of node.fields) {
    if (key.type !== 'literal' || key.kind !== 'S') {
      const actual = `Actual type: ${shownNode(key)} under ${place}`;
      throw problemAt(`Tuple keys must be of type String. ${actual}`, key.token);
    }
    if (fields.has(key.text)) {
      throw problemAt(`Duplicate keys in tuple. Key: ${key.text} under ${place}`, key.token);
    }
    fields.set(key.text, value);
  }
  return fields;
}

/** Messages about numbers and about all else show places in a value in two ways: `[1]` and `.1`. */
function valueOf(node: Node, place: string, numberPlace: string): AttributeValue {
  switch (node.type) {
    case 'literal':
      switch (node.kind) {
        case 'S':
          return { S: node.text };
        case 'N':
          return { N: numberText(node.text, numberPlace) };
        case 'BOOL':
          return { BOOL: node.text === 'true' };
        case 'NULL':
          return { NULL: true };
        default:
          throw new TypeError('a literal of no kind');
      }
    case 'list':
      return {
        L: node.elements.map((element, at) =>
          valueOf(element, `${place}.${at}`, `${numberPlace}[${at}]`),
        ),
      };
    case 'bag':
      return setOf(node.elements);
    case 'struct': {
      const map: AttributeMap = emptyAttributes();
      for (const [name, value] of structFields(node, place)) {
        map[name] = valueOf(value, `${place}.${name}`, `${numberPlace}.${name}`);
      }
      return { M: map };
    }
    case 'ion':
      throw problemAt(`Ion Literals are not supported: ION under key ${place}`, node.token);
    default: {
      const shown = node.type === 'path' ? node.root : shownNode(node);
      throw problemAt(`Unsupported data type: ${shown} under key ${place}`, node.token);
    }
  }
}

function setOf(elements: readonly Node[]): AttributeValue {
  const [first] = elements;
  if (first === undefined) throw validation('Empty bags are not supported');
  const members: string[] = [];
  const kind = first.type === 'literal' ? first.kind : undefined;
  for (const element of elements) {
    if (element.type !== 'literal' || element.kind !== kind || (kind !== 'S' && kind !== 'N')) {
      throw problemAt(
        'Unsupported data type in Bag. DynamoDB only supports either numbers or strings in bags',
        element.token,
      );
    }
    members.push(kind === 'N' ? numberText(element.text, 'root') : element.text);
  }
  return kind === 'N' ? { NS: members } : { SS: members };
}

function numberText(text: string, place: string): string {
  if (!fitsBigDecimal(text)) throw malformed();
  const canonical = canonicalNumber(text);
  if (canonical !== undefined) return canonical;
  const problem = parseDecimal(text) as DecimalProblem;
  throw validation(`${decimalProblemMessage(problem, text)} under ${place}`);
}

const INT_MAX = 2n ** 31n - 1n;
const INT_MIN = -(2n ** 31n);

/**
 * AWS reads numbers of statements and parameters as Java's BigDecimal does: exponent and scale must
 * be 32-bit integers.
 */
export function fitsBigDecimal(text: string): boolean {
  const match = /^[+-]?\d*(?:\.(\d*))?[eE]([+-]?\d+)$/.exec(text);
  if (match === null) return true;
  const exponent = BigInt((match[2] ?? '').replace('+', ''));
  const scale = BigInt((match[1] ?? '').length) - exponent;
  return [exponent, scale].every((value) => value >= INT_MIN && value <= INT_MAX);
}
