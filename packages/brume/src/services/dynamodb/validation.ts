/**
 * AWS's two validation layers. From June to October 2026 most of the item operations moved to a new
 * one (31 of 33 regions by 2026-10-07): it reports one failure, without repeating the value, and the
 * writes put `1 validation error detected: ` before most of what they refuse. The other operations
 * still collect up to ten failures and repeat the values.
 */
import type { AwsError } from '../../model/aws-error.ts';
import { COLLECTION_PARTS, constraintText } from '../../model/constraint-text.ts';
import type { Constraint, Violation } from '../../model/violation.ts';
import { validation } from './errors.ts';
import { VIOLATIONS_REPORTED_MAX } from './limits.ts';

export interface Layer {
  /** An error of the families that the layer words in its own way: values, parameters, expressions. */
  refuse(message: string): AwsError;
  /** An error that only the values of expressions get a wrapping for: numbers. */
  report(message: string): AwsError;
  /** True where failures are collected, and values named by the placeholder that they stand for. */
  readonly older: boolean;
}

/** PutItem, UpdateItem, DeleteItem. */
export const envelopedLayer: Layer = {
  refuse: (message) => validation(`1 validation error detected: ${message}`),
  report: validation,
  older: false,
};

/** GetItem, BatchGetItem, Query, SearchVectors. */
export const bareLayer: Layer = { refuse: validation, report: validation, older: false };

/** Scan, BatchWriteItem, transactions, and the operations on tables. */
export const olderLayer: Layer = { refuse: validation, report: validation, older: true };

const LAYERS: ReadonlyMap<string, Layer> = new Map([
  ['PutItem', envelopedLayer],
  ['UpdateItem', envelopedLayer],
  ['DeleteItem', envelopedLayer],
  ['GetItem', bareLayer],
  ['BatchGetItem', bareLayer],
  ['Query', bareLayer],
  ['SearchVectors', bareLayer],
]);

/** Words violations of the model's constraints; see `InvalidInput`. */
export function invalidInput(operationName: string, violations: readonly Violation[]): AwsError {
  return violationsError(LAYERS.get(operationName) ?? olderLayer, violations);
}

function violationsError(layer: Layer, violations: readonly Violation[]): AwsError {
  const [first] = violations;
  if (first === undefined) throw new TypeError('no violation to report');
  if (!layer.older) {
    // Reads are enveloped here too, though their other errors are not (Query's Limit, 2026).
    return envelopedLayer.refuse(`Value at '${memberPath(first)}' ${failure(first)}`);
  }
  const missing = violations.find(isMissingParameter);
  if (missing !== undefined) {
    const name = String(missing.path[0]);
    return validation(`The parameter '${name}' is required but was not present in the request`);
  }
  const reported = violations.slice(0, VIOLATIONS_REPORTED_MAX);
  const noun = reported.length === 1 ? 'error' : 'errors';
  const details = reported.map((violation) => {
    return `Value ${shownValue(violation)} at '${olderMemberPath(violation)}' ${failure(violation)}`;
  });
  return validation(`${reported.length} validation ${noun} detected: ${details.join('; ')}`);
}

/** A table's name that is neither one nor an ARN; the model does not say so. */
export function invalidTableName(layer: Layer, value: string): AwsError {
  const constraint: Constraint = { type: 'pattern', pattern: '[a-zA-Z0-9_.-]+' };
  const violation = { path: ['TableName'], constraint, value, sensitive: false };
  return violationsError(layer, [violation]);
}

/** The older layer names this one in a sentence of their own (dynalite, against AWS). */
function isMissingParameter({ path, constraint }: Violation): boolean {
  return constraint.type === 'required' && path.length === 1 && path[0] === 'TableName';
}

function failure({ constraint }: Violation): string {
  return `failed to satisfy constraint: ${requirement(constraint)}`;
}

function requirement(constraint: Constraint): string {
  if (!('constraints' in constraint)) return constraintText(constraint);
  const inner = constraint.constraints.map((each) => constraintText(each));
  return `${COLLECTION_PARTS[constraint.type]} must satisfy constraint: [${inner.join(', ')}]`;
}

/** Parameters that are maps: what follows them in a path is a key. */
const MAPS: ReadonlySet<string | number | undefined> = new Set([
  'RequestItems',
  'Expected',
  'AttributeUpdates',
  'KeyConditions',
  'QueryFilter',
  'ScanFilter',
]);

/** `RequestItems.table.member.Keys`, `TransactItems.1.member`: positions count from one. */
function memberPath({ path }: Violation): string {
  return path.map((part, at) => pathPart(part, path[at - 1], (name) => name)).join('.');
}

/** The same with names that begin small: `globalSecondaryIndexes.1.member.indexName`. */
function olderMemberPath({ path }: Violation): string {
  const small = (name: string) => name.charAt(0).toLowerCase() + name.slice(1);
  return path.map((part, at) => pathPart(part, path[at - 1], small)).join('.');
}

function pathPart(
  part: string | number,
  before: string | number | undefined,
  named: (name: string) => string,
): string {
  if (typeof part === 'number') return `${part + 1}.member`;
  return MAPS.has(before) ? `${part}.member` : named(part);
}

function shownValue({ value, sensitive }: Violation): string {
  if (value === undefined || value === null) return 'null';
  if (sensitive) return "'***'";
  return `'${typeof value === 'string' ? value : shown(value)}'`;
}

/** As Java prints collections. */
function shown(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(shown).join(', ')}]`;
  if (typeof value === 'object' && value !== null) {
    return `{${Object.entries(value)
      .map(([name, member]) => `${name}=${shown(member)}`)
      .join(', ')}}`;
  }
  return String(value);
}
