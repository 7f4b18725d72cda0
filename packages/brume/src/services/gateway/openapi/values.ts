/** Reads values out of a document whose form is the user's: every wrong one is an error with its place. */
import { badRequest } from '../errors.ts';

export type Fields = ReadonlyMap<string, unknown>;

/** The members of an object; none where it is absent, or null as YAML has what is left empty. */
export function fieldsOf(value: unknown, place: string): Fields {
  if (value === undefined || value === null) return new Map();
  if (typeof value !== 'object' || Array.isArray(value)) {
    throw wrong(place, 'an object');
  }
  return new Map(Object.entries(value));
}

export function textOf(value: unknown, place: string): string | undefined {
  if (value === null) return undefined;
  if (value === undefined || typeof value === 'string') return value;
  throw wrong(place, 'a string');
}

/** Text, or what documents that were YAML once write as a number or a truth value. */
export function scalarTextOf(value: unknown, place: string): string | undefined {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return textOf(value, place);
}

/** The entries of a list; none where it is absent. */
export function listOf(value: unknown, place: string): unknown[] {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value)) return value;
  throw wrong(place, 'a list');
}

/** Numbers may be written as text, as in many templates. */
export function numberOf(value: unknown, place: string): number | undefined {
  if (value === undefined || value === null) return undefined;
  const number = typeof value === 'string' && value !== '' ? Number(value) : value;
  if (typeof number === 'number' && Number.isFinite(number)) return number;
  throw wrong(place, 'a number');
}

export function booleanOf(value: unknown, place: string): boolean | undefined {
  if (value === null) return undefined;
  if (value === undefined || typeof value === 'boolean') return value;
  if (value === 'true' || value === 'false') return value === 'true';
  throw wrong(place, 'a boolean');
}

/** A single text stands for a list of one. */
export function textsOf(value: unknown, place: string): string[] | undefined {
  if (value === undefined || value === null) return undefined;
  const list: unknown[] = Array.isArray(value) ? value : [value];
  if (list.every((each) => typeof each === 'string')) return list;
  throw wrong(place, 'a list of strings');
}

export function textRecordOf(value: unknown, place: string): Record<string, string> | undefined {
  if (value === undefined || value === null) return undefined;
  return Object.fromEntries(
    [...fieldsOf(value, place)].map(([name, each]) => [
      name,
      textOf(each, `${place}.${name}`) ?? '',
    ]),
  );
}

function wrong(place: string, expected: string) {
  return badRequest(`Invalid OpenAPI input: ${place} must be ${expected}.`);
}
