/** Conditions of policies (IAM user guide, "Condition operators"): those that requests here can meet. */
import { BlockList, isIPv4, isIPv6 } from 'node:net';
import { matchesGlob } from './glob.ts';

/** In lower case, `aws:sourceip`: undefined for what a request has not, no entry for what is not known. */
export type ConditionKeys = ReadonlyMap<string, string | undefined>;

/** Whether the keys of a request meet it; undefined for what is not understood. */
export type Condition = (keys: ConditionKeys) => boolean | undefined;

type Test = (value: string, wanted: string) => boolean;

const TESTS: ReadonlyMap<string, Test> = new Map([
  ['stringequals', (value, wanted) => value === wanted],
  ['stringequalsignorecase', isSameWord],
  ['stringlike', (value, wanted) => matchesGlob(wanted, value)],
  ['arnequals', isArnLike],
  ['arnlike', isArnLike],
  ['bool', isSameWord],
  ['ipaddress', isInRange],
]);

/** The same, the other way round: `StringNotEquals`, `NotIpAddress`. */
const NEGATION = /^(string|arn)not|^not(?=ipaddress$)/;

export function conditionOf(operator: string, key: string, wanted: readonly string[]): Condition {
  const name = key.toLowerCase();
  const always = operator.toLowerCase().replace(/ifexists$/, '');
  const isMet = testOf(always, wanted, always.length < operator.length);
  return (keys) => (keys.has(name) ? isMet?.(keys.get(name)) : undefined);
}

/** Undefined for an operator that is not known here. */
function testOf(operator: string, wanted: readonly string[], ifExists: boolean) {
  if (operator === 'null') {
    return (value: string | undefined) => wanted.includes(String(value === undefined));
  }
  const test = TESTS.get(operator.replace(NEGATION, '$1'));
  const isNegated = NEGATION.test(operator);
  return (
    test &&
    ((value: string | undefined) =>
      value === undefined
        ? ifExists || isNegated
        : wanted.some((each) => test(value, each)) !== isNegated)
  );
}

function isSameWord(value: string, wanted: string): boolean {
  return value.toLowerCase() === wanted.toLowerCase();
}

/** Each of the six parts of an ARN on its own: `*` does not reach over a colon of the first five. */
function isArnLike(value: string, wanted: string): boolean {
  const patterns = arnParts(wanted);
  return arnParts(value).every((part, index) => matchesGlob(patterns[index] ?? '', part));
}

function arnParts(arn: string): string[] {
  const parts = arn.split(':');
  return [...parts.slice(0, 5), parts.slice(5).join(':')];
}

function isInRange(address: string, range: string): boolean {
  const [network = '', bits] = range.split('/');
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, '');
  const family = isIPv4(network) ? 'ipv4' : 'ipv6';
  if (!(family === 'ipv4' ? isIPv4(plain) : isIPv6(plain) && isIPv6(network))) return false;
  const prefix = bits === undefined ? (family === 'ipv4' ? 32 : 128) : Number(bits);
  if (!Number.isInteger(prefix) || prefix < 0 || prefix > (family === 'ipv4' ? 32 : 128)) {
    return false;
  }
  const list = new BlockList();
  list.addSubnet(network, prefix, family);
  return list.check(plain, family);
}
