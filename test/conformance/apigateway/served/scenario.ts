/** A recorded test of a deployed API: what it was is told by its name, and by what AWS answered. */
import type { TestContext } from 'node:test';
import { Comparison } from '../comparison.ts';
import type { Answer } from '../recording.ts';

export type Served = (recorded: Answer, t: TestContext) => Promise<void>;
export type ServedScenarios = Readonly<Record<string, Served>>;

/** What a socket and the network in front of AWS add. */
const OTHERS = /^(?:connection|content-length|date|via|x-cache|x-amz-cf-.*)$/i;

/** Names of headers, for answers whose values are of no interest. */
export function namesOf(headers: object): string[] {
  const names = Object.keys(headers).map((name) => name.toLowerCase());
  return names.filter((name) => !OTHERS.test(name)).sort();
}

/** Compares one answer of the control plane with what was recorded. */
export function alike(expected: Answer, actual: object): void {
  const { ResponseMetadata: _, ...members } = expected as { ResponseMetadata?: object };
  new Comparison().alike(members, actual, 'answer');
}

export const JSON_TYPE = 'application/json';
