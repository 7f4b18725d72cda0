/** How values print: as Java's `toString` does, and as JSON. Both are bounded: data may share and nest. */
import type { Budget } from './budget.ts';
import { TEXT_LENGTH_MAX, VALUE_DEPTH_MAX } from './limits.ts';
import { limitFault } from './template-error.ts';
import { JavaDouble, VtlList, VtlMap, VtlObject, type Value } from './values.ts';

/**
 * As Java prints: `{a=b}` for a map, `[a, b]` for a list that a template made. A list from JSON prints
 * as JSON (recorded 2023: `{foo=[{"nested":"bar"}]}` for `$input.path('$')`).
 */
export function printed(value: Value, budget: Budget): string {
  if (typeof value === 'string') return value;
  if (value === null) return 'null';
  if (value instanceof JavaDouble) return printedDouble(value.value);
  if (value instanceof VtlObject) return value.text();
  if (typeof value !== 'object') return String(value);
  const printer = new Printer(budget);
  printer.java(value, 0);
  return budget.text(printer.out);
}

/** Compact JSON. What has no form in JSON is a string of its printed form. */
export function toJson(value: Value, budget: Budget): string {
  const printer = new Printer(budget);
  printer.json(value, 0);
  return budget.text(printer.out);
}

/** Java's `Double.toString`: a digit on both sides of the point; an exponent outside [10^-3, 10^7). */
function printedDouble(value: number): string {
  if (!Number.isFinite(value))
    return Number.isNaN(value) ? 'NaN' : value > 0 ? 'Infinity' : '-Infinity';
  if (value === 0) return Object.is(value, -0) ? '-0.0' : '0.0';
  const size = Math.abs(value);
  if (size >= 1e-3 && size < 1e7) {
    const text = String(value);
    return text.includes('.') ? text : `${text}.0`;
  }
  const [digits = '', exponent = ''] = value.toExponential().split('e');
  return `${digits.includes('.') ? digits : `${digits}.0`}E${exponent.replace('+', '')}`;
}

class Printer {
  out = '';
  readonly #budget: Budget;

  constructor(budget: Budget) {
    this.#budget = budget;
  }

  java(value: Value, depth: number): void {
    this.#enter(depth);
    if (value instanceof VtlMap) {
      let separator = '{';
      for (const [key, item] of value.entries) {
        this.#write(separator);
        this.java(key, depth + 1);
        this.#write('=');
        this.java(item, depth + 1);
        separator = ', ';
      }
      this.#write(separator === '{' ? '{}' : '}');
    } else if (value instanceof VtlList) {
      if (value.fromJson) return this.json(value, depth);
      this.#write('[');
      for (const [at, item] of value.items.entries()) {
        if (at > 0) this.#write(', ');
        this.java(item, depth + 1);
      }
      this.#write(']');
    } else {
      this.#write(printed(value, this.#budget));
    }
  }

  json(value: Value, depth: number): void {
    this.#enter(depth);
    if (value instanceof VtlMap) {
      let separator = '{';
      for (const [key, item] of value.entries) {
        this.#write(`${separator}${JSON.stringify(printed(key, this.#budget))}:`);
        this.json(item, depth + 1);
        separator = ',';
      }
      this.#write(separator === '{' ? '{}' : '}');
    } else if (value instanceof VtlList) {
      this.#write('[');
      for (const [at, item] of value.items.entries()) {
        if (at > 0) this.#write(',');
        this.json(item, depth + 1);
      }
      this.#write(']');
    } else if (typeof value === 'string' || value instanceof VtlObject) {
      this.#write(JSON.stringify(printed(value, this.#budget)));
    } else {
      this.#write(printed(value, this.#budget));
    }
  }

  #enter(depth: number): void {
    if (depth > VALUE_DEPTH_MAX) throw limitFault(`${VALUE_DEPTH_MAX} values within each other`);
    this.#budget.spend(0.25);
  }

  #write(text: string): void {
    this.out += text;
    if (this.out.length > TEXT_LENGTH_MAX) throw limitFault(`${TEXT_LENGTH_MAX} characters`);
  }
}
