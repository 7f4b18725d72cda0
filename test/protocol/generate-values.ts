/** Random values of a model's shapes that break none of its constraints, by seed. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { ServiceModel, Shape, ShapeReference } from '../../packages/brume/src/model/shapes.ts';
import { compilePattern } from '../../packages/brume/src/protocol/constraint-checks.ts';

/** How much of a structure is there: what is required, everything, or some of it. */
export type Fullness = 'required' | 'all' | 'some';

/** Deeper structures get no optional members: recursive shapes end. */
const DEPTH_FULL = 4;
const TIME_MAX_MS = 4_102_444_800_000;
/** Not modelled as unions, though they are. */
const UNIONS = new Set(['AttributeValue']);
const CANDIDATES = 40;
const TEXT = 'abcXYZ0189 -_.:/+=@"\'\\<>&,;%{}()*~!$#?é漢😀\u2028';
const HEADER_TEXT = 'abcXYZ0189-_.:/+=@~!$#?()';

/** For patterns that fast-check cannot generate for: they look around, or are odd in other ways. */
const FIXED_TEXTS: Readonly<Record<string, string>> = {
  Alias: 'live-2',
  AutoScalingRoleArn: 'arn:aws:iam::123456789012:role/scale',
  CollectionName: '_items',
  FunctionUrlFunctionName: 'resize:live',
  FunctionUrlQualifier: 'live',
  KMSKeyArn: 'arn:aws:kms:us-east-1:123456789012:key/1',
  ResourceArn: 'arn:aws:lambda:us-east-1:123456789012:function:resize',
  ResourceType: 'AWS-S3_Bucket',
  S3Bucket: 'a-bucket',
};

export class ValueGenerator {
  readonly #model: ServiceModel;
  readonly #fullness: Fullness;
  readonly #seed: number;
  #state: number;
  readonly #texts = new Map<string, readonly string[]>();

  constructor(model: ServiceModel, fullness: Fullness, seed: number) {
    this.#model = model;
    this.#fullness = fullness;
    this.#seed = seed;
    this.#state = seed;
  }

  /** A whole number from `min` to `max`. */
  #integer(min: number, max: number): number {
    // mulberry32
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let bits = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits;
    const unit = ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
    return min + Math.floor(unit * (max - min + 1));
  }

  #pick<Value>(values: readonly Value[]): Value {
    return values[this.#integer(0, values.length - 1)] as Value;
  }

  value(reference: ShapeReference, depth = 0): unknown {
    const shape = this.#model.shapes[reference.shape];
    assert(shape);
    if (shape.document) return this.#pick([{ a: [1, 'x', null] }, 'text', 1.5, true, [{}]]);
    switch (shape.type) {
      case 'structure':
        return this.#structure(reference.shape, shape, depth);
      case 'list':
        return this.#many(shape).map(() => this.value(shape.member as ShapeReference, depth + 1));
      case 'map':
        return Object.fromEntries(
          this.#many(shape).map(() => [
            String(this.value(shape.key as ShapeReference, depth + 1)),
            this.value(shape.value as ShapeReference, depth + 1),
          ]),
        );
      default:
        return this.#scalar(reference, shape);
    }
  }

  #structure(name: string, shape: Shape, depth: number): Record<string, unknown> {
    const members = Object.entries(shape.members ?? {});
    const isUnion = shape.union || shape.eventstream || UNIONS.has(name);
    if (isUnion) {
      const events = members.filter(([, each]) => !this.#model.shapes[each.shape]?.exception);
      const simple = events.filter(([, { shape: inner }]) => !this.#isContainer(inner));
      const [member, reference] = this.#pick(depth > DEPTH_FULL ? simple : events);
      return { [member]: this.value(reference, depth + 1) };
    }
    const required = new Set(shape.required);
    const wanted = members.filter(([member, reference]) => {
      if (required.has(member) || reference.location === 'uri') return true;
      if (this.#model.shapes[reference.shape]?.eventstream) return true;
      if (this.#fullness === 'required' || depth > DEPTH_FULL) return false;
      return this.#fullness === 'all' || this.#integer(0, 1) === 1;
    });
    // The query protocol cannot say that a structure is there and empty.
    const [first] = members.filter(([, { shape: inner }]) => !this.#isContainer(inner));
    if (wanted.length === 0 && depth > 0 && first) wanted.push(first);
    return Object.fromEntries(
      wanted.map(([member, reference]) => [member, this.value(reference, depth + 1)]),
    );
  }

  #isContainer(name: string): boolean {
    return ['structure', 'list', 'map'].includes(this.#model.shapes[name]?.type ?? '');
  }

  /** Positions of a collection: never none, since the query protocol cannot say that. */
  #many({ min = 0, max = 3 }: Shape): number[] {
    const least = Math.max(min, 1);
    return Array.from({ length: Math.min(this.#integer(least, least + 2), Math.max(max, least)) });
  }

  #scalar(reference: ShapeReference, shape: Shape): unknown {
    const { min = 0, max = min + 1000 } = shape;
    if (reference.location === 'statusCode') return 200;
    switch (shape.type) {
      case 'boolean':
        return this.#integer(0, 1) === 1;
      case 'integer':
      case 'long':
        return this.#integer(min, Math.min(max, min + 1_000_000));
      case 'float':
      case 'double':
        return Math.min(max, min + this.#integer(0, 999) / 8);
      case 'timestamp':
        return new Date(this.#integer(0, TIME_MAX_MS / 1000) * 1000);
      case 'blob': {
        const bytes = Buffer.from(
          Array.from({ length: this.#integer(Math.max(min, 1), min + 20) }, () =>
            this.#integer(0, 255),
          ),
        );
        return shape.base64Text ? bytes.toString('base64') : new Uint8Array(bytes);
      }
      default:
        return this.#string(reference, shape);
    }
  }

  #string(reference: ShapeReference, shape: Shape): string {
    if (shape.enum) return this.#pick(shape.enum);
    if (shape.pattern !== undefined) {
      const texts = this.#matching(reference.shape, shape);
      // HTTP takes spaces off both ends of a header.
      const trimmed = texts.filter((text) => text.trim() === text);
      return this.#pick(reference.location ? trimmed : texts);
    }
    const { min = 0, max = min + 24 } = shape;
    const alphabet = Array.from(reference.location ? HEADER_TEXT : TEXT);
    const length = this.#integer(Math.max(min, 1), Math.min(max, Math.max(min, 1) + 24));
    let text = '';
    while (text.length < length) text += this.#pick(alphabet);
    // Cut between characters, and long enough still.
    return text.length <= max ? text : text.slice(0, max).toWellFormed().replaceAll('\ufffd', 'x');
  }

  #matching(name: string, shape: Shape): readonly string[] {
    const known = this.#texts.get(name);
    if (known) return known;
    const texts = matchingTexts(name, shape, this.#seed);
    this.#texts.set(name, texts);
    return texts;
  }
}

function matchingTexts(name: string, shape: Shape, seed: number): readonly string[] {
  const { pattern = '', min = 0, max = Infinity } = shape;
  const fixed = FIXED_TEXTS[name];
  if (fixed !== undefined && compilePattern(pattern).test(fixed)) return [fixed];
  const expression = compilePattern(pattern);
  const isFit = (text: string) =>
    text.length >= Math.max(min, 1) && text.length <= max && expression.test(text);
  const arbitrary = fc.stringMatching(compilePattern(pattern), {
    maxLength: Math.min(max, 200),
    size: 'medium',
  });
  const texts = fc.sample(arbitrary, { seed, numRuns: CANDIDATES }).filter(isFit);
  assert(texts.length > 0, `no text for ${name}: ${pattern} ${min}–${max}`);
  return texts;
}
