/** DynamoDB's numbers: decimals of up to 38 digits, which a JavaScript number cannot hold. */

interface Decimal {
  readonly units: bigint;
  /** How many of the digits stand behind the point. */
  readonly scale: number;
}

function parse(digits: string): Decimal {
  const match = /^([+-]?)(\d*)(?:\.(\d*))?(?:e([+-]?\d+))?$/i.exec(digits.trim());
  if (!match || (!match[2] && !match[3])) throw new Error(`${digits} is no number`);
  const [, sign, whole = '', fraction = '', exponent = '0'] = match;
  const units = BigInt(`${whole}${fraction}`) * (sign === '-' ? -1n : 1n);
  const scale = fraction.length - Number(exponent);
  return scale < 0 ? { units: units * 10n ** BigInt(-scale), scale: 0 } : { units, scale };
}

function aligned(left: string, right: string): [bigint, bigint, number] {
  const a = parse(left);
  const b = parse(right);
  const scale = Math.max(a.scale, b.scale);
  const scaled = ({ units, scale: own }: Decimal): bigint => units * 10n ** BigInt(scale - own);
  return [scaled(a), scaled(b), scale];
}

export function compareNumbers(left: string, right: string): number {
  const [a, b] = aligned(left, right);
  return a < b ? -1 : a > b ? 1 : 0;
}

export function addNumbers(left: string, right: string): string {
  const [a, b, scale] = aligned(left, right);
  return format(a + b, scale);
}

export function subtractNumbers(left: string, right: string): string {
  const [a, b, scale] = aligned(left, right);
  return format(a - b, scale);
}

/** As DynamoDB returns them: no zeros that mean nothing. */
export function normalizeNumber(digits: string): string {
  const { units, scale } = parse(digits);
  return format(units, scale);
}

function format(units: bigint, scale: number): string {
  const sign = units < 0n ? '-' : '';
  const digits = (units < 0n ? -units : units).toString().padStart(scale + 1, '0');
  const whole = digits.slice(0, digits.length - scale);
  const fraction = digits.slice(digits.length - scale).replace(/0+$/, '');
  return sign + whole + (fraction === '' ? '' : `.${fraction}`);
}
