/** Conditions of policies (IAM user guide, "Condition operators"): those that requests to APIs meet. */
import { BlockList, isIPv4, isIPv6 } from 'node:net';
import { matchesGlob } from './glob.ts';

/** Whether the keys of a request meet it; undefined for what is not understood. */
export type Condition = (keys: ReadonlyMap<string, string>) => boolean | undefined;

type Test = (value: string, wanted: string) => boolean;

const TESTS: Readonly<Record<string, Test>> = {
  stringequals: (value, wanted) => value === wanted,
  stringequalsignorecase: (value, wanted) => value.toLowerCase() === wanted.toLowerCase(),
  stringlike: (value, wanted) => matchesGlob(wanted, value),
  arnequals: (value, wanted) => matchesGlob(wanted, value),
  arnlike: (value, wanted) => matchesGlob(wanted, value),
  bool: (value, wanted) => value.toLowerCase() === wanted.toLowerCase(),
  ipaddress: isInRange,
};

/** The same, the other way round: met by a key that is not there. */
const NEGATIONS: ReadonlyMap<string, string> = new Map([
  ['stringnotequals', 'stringequals'],
  ['stringnotequalsignorecase', 'stringequalsignorecase'],
  ['stringnotlike', 'stringlike'],
  ['arnnotequals', 'arnequals'],
  ['arnnotlike', 'arnlike'],
  ['notipaddress', 'ipaddress'],
]);

/** Keys that a request may have; a condition on any other is not understood. */
const KEYS: ReadonlySet<string> = new Set([
  'aws:sourceip',
  'aws:useragent',
  'aws:referer',
  'aws:securetransport',
  'aws:principalarn',
  'aws:principalaccount',
  'aws:sourcevpc',
  'aws:sourcevpce',
  'aws:vpcsourceip',
]);

export function conditionOf(operator: string, key: string, wanted: readonly string[]): Condition {
  const name = key.toLowerCase();
  const lower = operator.toLowerCase();
  const ifExists = lower.endsWith('ifexists');
  const base = ifExists ? lower.slice(0, -'ifexists'.length) : lower;
  if (!KEYS.has(name)) return () => undefined;
  if (base === 'null') {
    return (keys) => wanted.some((each) => (each === 'true') === !keys.has(name));
  }
  const negated = NEGATIONS.get(base);
  const test = Object.hasOwn(TESTS, negated ?? base) ? TESTS[negated ?? base] : undefined;
  if (!test) return () => undefined;
  return (keys) => {
    const value = keys.get(name);
    if (value === undefined) return ifExists || negated !== undefined;
    return wanted.some((each) => test(value, each)) !== (negated !== undefined);
  };
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
