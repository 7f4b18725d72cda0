/** Conditions of policies (IAM user guide, "IAM JSON policy elements: Condition operators"). */
import { BlockList, isIPv4, isIPv6 } from 'node:net';
import { literalOf, matchesGlob, type Pattern } from './glob.ts';
import { templateOf, type ConditionKeys } from './variables.ts';

/** Whether the keys of a request meet it; undefined for what is not understood. */
export type Condition = (keys: ConditionKeys) => boolean | undefined;

type Operator = (value: string | undefined, wanted: readonly Pattern[]) => boolean | undefined;

/** Undefined for what nothing could be compared with. */
type Test = (value: string, wanted: Pattern) => boolean | undefined;

const TESTS: ReadonlyMap<string, Test> = new Map([
  ['stringequals', (value, wanted) => value === literalOf(wanted)],
  ['stringequalsignorecase', (value, wanted) => isSameWord(value, literalOf(wanted))],
  ['stringlike', (value, wanted) => matchesGlob(wanted, value)],
  ['arnequals', isArnLike],
  ['arnlike', isArnLike],
  ['bool', (value, wanted) => is(value, booleanOf(wanted))],
  ['ipaddress', isInRange],
  ...comparisons('numeric', numberOf),
  ...comparisons('date', timeOf),
]);

const NEGATED: ReadonlyMap<string, string> = new Map([
  ['stringnotequals', 'stringequals'],
  ['stringnotequalsignorecase', 'stringequalsignorecase'],
  ['stringnotlike', 'stringlike'],
  ['arnnotequals', 'arnequals'],
  ['arnnotlike', 'arnlike'],
  ['numericnotequals', 'numericequals'],
  ['datenotequals', 'dateequals'],
  ['notipaddress', 'ipaddress'],
]);

/** `hasVariables` says whether `${…}` is one. */
export function conditionOf(
  operator: string,
  key: string,
  wanted: readonly unknown[],
  hasVariables: boolean,
): Condition {
  const name = key.toLowerCase();
  const isMet = operatorOf(operator.toLowerCase());
  const isWritten = wanted.length > 0 && wanted.every(isScalar);
  if (!isMet || !isWritten) return () => undefined;
  const templates = wanted.map((each) => templateOf(String(each), hasVariables));
  return (keys) => {
    if (!keys.has(name)) return undefined;
    const patterns = templates.map((template) => template(keys));
    const isClear = patterns.every((pattern) => pattern !== undefined);
    if (!isClear || (name === PRINCIPAL_ARN && patterns.some(isRoleWithPath))) return undefined;
    return isMet(keys.get(name), patterns);
  };
}

const PRINCIPAL_ARN = 'aws:principalarn';

/** Sessions do not say what path their role has. */
function isRoleWithPath(pattern: Pattern): boolean {
  return /:role\/.*\//.test(literalOf(pattern));
}

/** Undefined for one that is not known here. */
function operatorOf(written: string): Operator | undefined {
  if (written === 'null') return isNull;
  // No key of a request here has several values: what is so for all, or for any, is so for the one.
  const [, set, name = '', ifExists] =
    /^(?:for(all|any)values?:)?(\w+?)(ifexists)?$/.exec(written) ?? [];
  const positive = NEGATED.get(name);
  const isNegated = positive !== undefined;
  const test = TESTS.get(positive ?? name);
  const whenAbsent = ifExists !== undefined || (set === undefined ? isNegated : set === 'all');
  return (
    test &&
    ((value, wanted) => {
      if (value === undefined) return whenAbsent;
      const found = wanted.map((each) => test(value, each));
      return found.includes(undefined) ? undefined : found.includes(true) !== isNegated;
    })
  );
}

function isNull(value: string | undefined, wanted: readonly Pattern[]): boolean | undefined {
  const found = wanted.map(booleanOf);
  return found.includes(undefined) ? undefined : found.includes(String(value === undefined));
}

function isScalar(value: unknown): boolean {
  return ['string', 'number', 'boolean'].includes(typeof value);
}

function is(value: string, wanted: string | undefined): boolean | undefined {
  return wanted === undefined ? undefined : isSameWord(value, wanted);
}

function isSameWord(value: string, wanted: string): boolean {
  return value.toLowerCase() === wanted.toLowerCase();
}

function booleanOf(wanted: Pattern): string | undefined {
  const word = literalOf(wanted).toLowerCase();
  return word === 'true' || word === 'false' ? word : undefined;
}

function comparisons(type: string, read: (text: string) => number): (readonly [string, Test])[] {
  const compared =
    (isMet: (value: number, wanted: number) => boolean): Test =>
    (text, pattern) => {
      const [value, wanted] = [read(text), read(literalOf(pattern))];
      return Number.isNaN(value) || Number.isNaN(wanted) ? undefined : isMet(value, wanted);
    };
  return [
    [`${type}equals`, compared((value, wanted) => value === wanted)],
    [`${type}lessthan`, compared((value, wanted) => value < wanted)],
    [`${type}lessthanequals`, compared((value, wanted) => value <= wanted)],
    [`${type}greaterthan`, compared((value, wanted) => value > wanted)],
    [`${type}greaterthanequals`, compared((value, wanted) => value >= wanted)],
  ];
}

function numberOf(text: string): number {
  return text.trim() === '' ? Number.NaN : Number(text);
}

/** Of ISO 8601 ("W3C implementations"), or seconds since 1970. */
function timeOf(text: string): number {
  if (/^\d+(?:\.\d+)?$/.test(text) && text.length > 4) return Number(text) * 1000;
  return /^\d{4}(?:-|$)/.test(text) ? Date.parse(text) : Number.NaN;
}

/** Each of the six parts of an ARN on its own: `*` does not reach over a colon of the first five. */
function isArnLike(value: string, wanted: Pattern): boolean {
  const patterns = arnParts(wanted);
  return arnParts(value).every((part, index) =>
    matchesGlob(patterns[index] ?? '', literalOf(part)),
  );
}

function arnParts(arn: Pattern): Pattern[] {
  const parts: Pattern[] = [];
  let rest = arn;
  for (let colon = rest.indexOf(':'); colon !== -1 && parts.length < 5; colon = rest.indexOf(':')) {
    parts.push(rest.slice(0, colon));
    rest = rest.slice(colon + 1);
  }
  return [...parts, ...Array.from({ length: 5 - parts.length }, () => ''), rest];
}

/** Undefined for a range that is none. */
function isInRange(address: string, wanted: Pattern): boolean | undefined {
  const [network = '', bits, ...more] = literalOf(wanted).split('/');
  const family = isIPv4(network) ? 'ipv4' : 'ipv6';
  const bitsMax = family === 'ipv4' ? 32 : 128;
  const prefix = bits === undefined ? bitsMax : /^\d+$/.test(bits) ? Number(bits) : Number.NaN;
  const isRange = (family === 'ipv4' || isIPv6(network)) && prefix <= bitsMax && more.length === 0;
  if (!isRange) return undefined;
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, '');
  if (!(family === 'ipv4' ? isIPv4(plain) : isIPv6(plain))) return false;
  const list = new BlockList();
  list.addSubnet(network, prefix, family);
  return list.check(plain, family);
}
