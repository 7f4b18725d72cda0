/** Leaves of JSON: compiled into closures that check and convert them. */
import type { Shape } from '../model/shapes.ts';
import { base64Fault, decodeBase64 } from './base64.ts';
import type { CompileLeaf, Decode, Fault } from './json-decode.ts';
import { serializationException } from './serialization-error.ts';
import { dateOfSeconds, parseTimestamp } from './timestamps.ts';

/** Leaves as JSON has them. */
export const jsonLeaf: CompileLeaf = (reference, shape, fault) => {
  switch (shape.type) {
    case 'boolean':
      return (value) => {
        if (typeof value !== 'boolean') throw fault(value);
        return value;
      };
    case 'integer':
    case 'long':
      return integer(shape, fault);
    case 'float':
    case 'double':
      return float(fault);
    case 'timestamp':
      return timestamp(
        reference.timestampFormat ?? shape.timestampFormat ?? 'unixTimestamp',
        fault,
      );
    case 'blob':
      return blob(shape.base64Text === true, fault);
    default:
      return string(fault);
  }
};

function string(fault: Fault): Decode {
  return (value) => {
    if (typeof value !== 'string') throw fault(value);
    return value;
  };
}

/**
 * AWS cuts a fraction off instead of refusing it (measured as above; dynalite notes the same), and
 * leaves a number beyond the type's range to the constraint that it then breaks.
 */
export function integer(shape: Shape, fault: Fault): Decode {
  const largest = shape.type === 'integer' ? 2 ** 31 - 1 : 2 ** 63;
  const min = shape.min === undefined ? -largest - 1 : -Number.MAX_VALUE;
  const max = shape.max === undefined ? largest : Number.MAX_VALUE;
  return (value) => {
    const whole = typeof value === 'number' ? Math.trunc(value) : NaN;
    if (!(whole >= min && whole <= max)) throw fault(value);
    return whole;
  };
}

const NON_FINITE: ReadonlyMap<unknown, number> = new Map([
  ['NaN', NaN],
  ['Infinity', Infinity],
  ['-Infinity', -Infinity],
]);

function float(fault: Fault): Decode {
  return (value) => {
    const number =
      typeof value === 'number' && Number.isFinite(value) ? value : NON_FINITE.get(value);
    if (number === undefined) throw fault(value);
    return number;
  };
}

function timestamp(format: 'unixTimestamp' | 'iso8601' | 'rfc822', fault: Fault): Decode {
  return (value) => {
    const date =
      format === 'unixTimestamp'
        ? typeof value === 'number' && dateOfSeconds(value)
        : typeof value === 'string' && parseTimestamp(value, format);
    if (!date) throw fault(value);
    return date;
  };
}

function blob(asText: boolean, fault: Fault): Decode {
  return (value) => {
    if (typeof value !== 'string') throw fault(value);
    const bytes = decodeBase64(value);
    if (bytes === undefined) throw serializationException(base64Fault(value));
    return asText ? value : bytes;
  };
}
