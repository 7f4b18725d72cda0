/** Reads the input of the query protocol from a form's parameters. */
import { AwsError } from '../model/aws-error.ts';
import type { Shape, ShapeReference } from '../model/shapes.ts';
import { DEPTH_MAX } from './limits.ts';
import { scalarParser } from './scalar-text.ts';
import { memoised, type ShapeTable } from './shape-table.ts';
import { entryNames, isFlattened, memberName } from './xml/names.ts';

/** A parameter and those whose names go on behind it: `Tags` has `member`, that has `1` … */
export interface FormNode {
  value: string | undefined;
  readonly children: Map<string, FormNode>;
}

export function formTree(parameters: Iterable<readonly [string, string]>): FormNode {
  const root: FormNode = { value: undefined, children: new Map() };
  for (const [name, value] of parameters) {
    const parts = name.split('.', DEPTH_MAX + 1);
    if (parts.length > DEPTH_MAX) throw malformedInput();
    let node = root;
    for (const part of parts) {
      let child = node.children.get(part);
      if (!child) node.children.set(part, (child = { value: undefined, children: new Map() }));
      node = child;
    }
    node.value = value;
  }
  return root;
}

/** STS and IAM answer so to what they cannot read (AWS query services' common error). */
function malformedInput(): AwsError {
  return new AwsError({ code: 'MalformedInput', status: 400, message: 'Malformed input' });
}

type Decode = (node: FormNode) => unknown;
type Members = Record<string, unknown>;

export class QueryDecoder {
  readonly #shapes: ShapeTable;
  readonly #structures: (shapeName: string) => Decode;

  constructor(shapes: ShapeTable) {
    this.#shapes = shapes;
    this.#structures = memoised((shapeName) => this.#structure(shapeName));
  }

  compile(reference: ShapeReference): Decode {
    const shape = this.#shapes.of(reference);
    switch (shape.type) {
      case 'structure':
        return this.#structures(reference.shape);
      case 'list':
        return this.#list(shape, isFlattened(shape, reference));
      case 'map':
        return this.#map(shape, isFlattened(shape, reference));
      default: {
        const parse = scalarParser(reference, shape, 'iso8601');
        return ({ value }) => {
          const decoded = value === undefined ? undefined : parse(value);
          if (decoded === undefined) throw malformedInput();
          return decoded;
        };
      }
    }
  }

  #structure(shapeName: string): Decode {
    const shape = this.#shapes.of({ shape: shapeName });
    const members = this.#shapes.members(shape).map(([name, reference]) => ({
      name,
      wireName: reference.queryName ?? memberName(this.#shapes, name, reference),
      decode: this.compile(reference),
    }));
    return ({ children }) => {
      const decoded: Members = {};
      for (const { name, wireName, decode } of members) {
        const child = children.get(wireName);
        if (child) decoded[name] = decode(child);
      }
      if (shape.union && Object.keys(decoded).length !== 1) throw malformedInput();
      return decoded;
    };
  }

  #list(shape: Shape, flattened: boolean): Decode {
    const element = this.#shapes.element(shape);
    const decode = this.compile(element);
    return (node) => {
      const parent = flattened ? node : node.children.get(element.locationName ?? 'member');
      return parent ? inOrder(parent).map(decode) : empty(node, []);
    };
  }

  #map(shape: Shape, flattened: boolean): Decode {
    const names = entryNames(shape);
    const { key, value } = this.#shapes.entry(shape);
    const decodeKey = this.compile(key);
    const decodeValue = this.compile(value);
    return (node) => {
      const parent = flattened ? node : node.children.get('entry');
      if (!parent) return empty(node, {});
      const pairs = inOrder(parent).map(({ children }) => {
        const keyNode = children.get(names.key);
        const valueNode = children.get(names.value);
        if (!keyNode || !valueNode) throw malformedInput();
        return [decodeKey(keyNode) as string, decodeValue(valueNode)] as const;
      });
      return Object.fromEntries(pairs);
    };
  }
}

/** Entries by their numbers, which need not be without gaps. */
function inOrder({ children }: FormNode): FormNode[] {
  const numbered = [...children].map(([index, node]) => {
    if (!/^[1-9]\d{0,8}$/.test(index)) throw malformedInput();
    return [Number(index), node] as const;
  });
  return numbered.sort(([left], [right]) => left - right).map(([, node]) => node);
}

/** `Tags=` says that a list or map is there and empty. */
function empty<Value>({ value, children }: FormNode, nothing: Value): Value {
  if (value !== '' || children.size > 0) throw malformedInput();
  return nothing;
}
