/** Turns a declaration into its codec: once per schema, so that no item pays for it. */
import type { AttributeValue } from '../attribute-value.ts';
import { invalidDefinition, ModelError, refusedValue, typeOf } from '../errors.ts';
import type { AttributeNode, Check, Verdict } from '../schema/attribute.ts';
import type { StandardResult, StandardSchema } from '../schema/standard-schema.ts';
import { encodeSettled, isPromise, later } from './codec.ts';
import type { Codec } from './codec.ts';
import { listCodec, recordCodec, setCodec, unionCodec } from './containers.ts';
import { mapCodec } from './map.ts';
import type { Field, MapCodec } from './map.ts';
import { anyCodec } from './any.ts';
import {
  bigintCodec,
  binaryCodec,
  booleanCodec,
  choiceCodec,
  dateCodec,
  numberCodec,
  stringCodec,
} from './scalars.ts';

export function compileFields(fields: ReadonlyMap<string, AttributeNode>): MapCodec {
  return mapCodec([...fields].map(([name, node]) => compileField(name, node)));
}

function compileField(name: string, node: AttributeNode): Field {
  const codec = compile(node);
  if (node.type !== 'standard') {
    return { name, codec, optional: node.optional === true, default: node.default };
  }
  // The validator itself says what an absent value becomes: nothing, or its default, which it
  // gives again when the codec shows it `undefined`.
  const result = node.schema['~standard'].validate(undefined);
  const accepts = !isPromise(result) && !result.issues;
  const optional = accepts && result.value === undefined;
  const fallback = accepts && !optional ? () => undefined : undefined;
  return { name, codec, optional, default: fallback };
}

function compile(node: AttributeNode): Codec {
  const codec = compileForm(node);
  return node.checks ? checkedCodec(codec, node.checks) : codec;
}

function compileForm(node: AttributeNode): Codec {
  switch (node.type) {
    case 'string':
      return stringCodec;
    case 'number':
      return numberCodec;
    case 'bigint':
      return bigintCodec;
    case 'boolean':
      return booleanCodec;
    case 'binary':
      return binaryCodec;
    case 'any':
      return anyCodec;
    case 'date':
      return dateCodec(node.storage);
    case 'constant':
      return choiceCodec([node.value]);
    case 'enumeration':
      return choiceCodec(node.values);
    case 'list':
      return listCodec(compile(node.element));
    case 'record':
      return recordCodec(compile(node.element));
    case 'set':
      return setCodec(compile(node.element)) ?? refuseSet(node.element.type);
    case 'map':
      return compileFields(node.fields);
    case 'union':
      return unionCodec(node.members.map(compile));
    case 'standard':
      return standardCodec(node.schema);
    case 'transformed':
      return transformedCodec(compile(node.inner), node.encode, node.decode);
  }
}

function refuseSet(type: string): never {
  throw invalidDefinition(`a set holds strings, numbers or binaries, not ${type}`);
}

function checkedCodec(codec: Codec, checks: readonly Check[]): Codec {
  return {
    ...codec,
    unchecked: codec,
    encode(value, pending) {
      // The type comes first: a check may rely on it.
      const encoded = codec.encode(value, pending);
      for (const { test, problem } of checks) {
        const verdict = test(value as never);
        if (isPromise(verdict)) {
          pending.push(verdict.then((settled) => refuseUnless(settled, problem, value)));
        } else refuseUnless(verdict, problem, value);
      }
      return encoded;
    },
  };
}

function refuseUnless(verdict: unknown, problem: string | undefined, value: unknown): void {
  if (verdict === true) return;
  const told = (verdict as Verdict) || 'was refused by its validator';
  throw refusedValue(problem ?? String(told), value);
}

function transformedCodec(
  inner: Codec,
  toStored: (value: never) => unknown,
  toSeen: (value: never) => unknown,
): Codec {
  return {
    storage: inner.storage,
    defers: true,
    child: () => undefined,
    encode: (value, pending) => encodeSettled(inner, toStored(value as never), pending),
    decode(stored, pending) {
      const value = inner.decode(stored, pending);
      return isPromise(value)
        ? value.then((settled) => toSeen(settled as never))
        : toSeen(value as never);
    },
  };
}

/** Written through the validator; read as stored, since validating twice may transform twice. */
function standardCodec(schema: StandardSchema): Codec {
  const encode = (result: StandardResult<unknown>, value: unknown): AttributeValue => {
    if (result.issues) throw refusedBySchema(result.issues, value);
    return anyCodec.encode(result.value, []);
  };
  return {
    storage: undefined,
    unchecked: anyCodec,
    child: (segment) => anyCodec.child(segment),
    encode(value, pending) {
      const result = schema['~standard'].validate(value);
      return isPromise(result)
        ? later(result, pending, (settled) => encode(settled, value))
        : encode(result, value);
    },
    decode: (stored, pending) => anyCodec.decode(stored, pending),
  };
}

function refusedBySchema(
  issues: Extract<StandardResult<unknown>, { issues: unknown }>['issues'] & object,
  value: unknown,
): ModelError {
  const [issue] = issues;
  const path = (issue?.path ?? []).map((segment) => {
    const key = typeof segment === 'object' ? segment.key : segment;
    return typeof key === 'number' ? key : String(key);
  });
  return new ModelError('InvalidValue', issue?.message ?? 'was refused', path, typeOf(value));
}
