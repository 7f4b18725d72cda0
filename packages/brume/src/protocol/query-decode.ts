/** Reads the input of the query protocol from a form's parameters. */
import { AwsError } from '../model/aws-error.ts';
import type { ShapeReference } from '../model/shapes.ts';
import { DEPTH_MAX } from './limits.ts';
import { scalarParser } from './scalar-text.ts';
import { memoised, type ShapeTable } from './shape-table.ts';
import { isFlattened, memberName } from './xml/names.ts';

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

export function queryDecoder(shapes: ShapeTable): (reference: ShapeReference) => Decode {
  const containers = memoised((shapeName: string): Decode => {
    const shape = shapes.of({ shape: shapeName });
    const flattened = shape.flattened === true;
    if (shape.type === 'list') return list(shapeName, flattened);
    if (shape.type === 'map') return map(shapeName, flattened);
    return structure(shapeName);
  });

  const compile = (reference: ShapeReference): Decode => {
    const shape = shapes.of(reference);
    if (shape.type === 'list' || shape.type === 'map') {
      const flattened = isFlattened(shape, reference);
      if (flattened === (shape.flattened === true)) return containers(reference.shape);
      return shape.type === 'list'
        ? list(reference.shape, flattened)
        : map(reference.shape, flattened);
    }
    if (shape.type === 'structure') return containers(reference.shape);
    const parse = scalarParser(reference, shape, 'iso8601');
    return ({ value }) => {
      const decoded = value === undefined ? undefined : parse(value);
      if (decoded === undefined) throw malformedInput();
      return decoded;
    };
  };

  function structure(shapeName: string): Decode {
    const shape = shapes.of({ shape: shapeName });
    const members = shapes.members(shape).map(([name, reference]) => ({
      name,
      wireName: reference.queryName ?? memberName(shapes, name, reference),
      decode: compile(reference),
    }));
    return ({ children }) => {
      const decoded: Members = {};
      for (const { name, wireName: wire, decode } of members) {
        const child = children.get(wire);
        if (child) decoded[name] = decode(child);
      }
      if (shape.union && Object.keys(decoded).length !== 1) throw malformedInput();
      return decoded;
    };
  }

  function list(shapeName: string, flattened: boolean): Decode {
    const element = shapes.element(shapes.of({ shape: shapeName }));
    const decode = compile(element);
    return (node) => {
      const parent = flattened ? node : node.children.get(element.locationName ?? 'member');
      return parent ? inOrder(parent).map(decode) : empty(node, []);
    };
  }

  function map(shapeName: string, flattened: boolean): Decode {
    const { key, value } = shapes.entry(shapes.of({ shape: shapeName }));
    const decodeKey = compile(key);
    const decodeValue = compile(value);
    return (node) => {
      const parent = flattened ? node : node.children.get('entry');
      if (!parent) return empty(node, {});
      const pairs = inOrder(parent).map(({ children }) => {
        const keyNode = children.get(key.locationName ?? 'key');
        const valueNode = children.get(value.locationName ?? 'value');
        if (!keyNode || !valueNode) throw malformedInput();
        return [String(decodeKey(keyNode)), decodeValue(valueNode)] as const;
      });
      return Object.fromEntries(pairs);
    };
  }

  return compile;
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
