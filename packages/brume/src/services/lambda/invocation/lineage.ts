/**
 * Recursive loops: the trace header of an invocation names the functions that led to it, and how often
 * each of them was invoked: `Lineage=a87bd80c:1|68fd508a:5` (X-Ray developer guide, "Tracing header").
 * Lambda adds itself; the SDKs that run in functions pass the header on. A function that would be
 * invoked once more after 16 times in one chain is stopped.
 */
import { hash } from 'node:crypto';
import { recursiveInvocation } from '../errors.ts';
import { functionArn } from '../function-name.ts';
import type { FunctionRecord } from '../function-record.ts';
import { RECURSIVE_INVOCATIONS_MAX } from '../limits.ts';

const LINEAGE = /(?:^|;)\s*Lineage=([^;]*)/;
/** Brume's own: functions of a chain that are counted; a longer chain forgets the last ones. */
const FUNCTIONS_MAX = 16;

/** The trace as the function gets it. Throws where the loop is to be ended. */
export function withLineage(trace: string, record: FunctionRecord): string {
  const name = hash('sha256', functionArn(record)).slice(0, 8);
  const given = LINEAGE.exec(trace)?.[1];
  if (given === undefined) return `${trace};Lineage=${name}:0`;
  const counts = new Map<string, number>();
  for (const part of given.split('|').slice(0, FUNCTIONS_MAX)) {
    const [, id, count] = /^(?:\d+:)?([0-9a-f]{8}):(\d{1,6})$/.exec(part) ?? [];
    if (id !== undefined) counts.set(id, Number(count));
  }
  const before = counts.get(name);
  const count = before === undefined ? 0 : before + 1;
  if (count > RECURSIVE_INVOCATIONS_MAX && record.recursiveLoop !== 'Allow') {
    throw recursiveInvocation();
  }
  counts.set(name, count);
  const lineage = [...counts].map(([id, times]) => `${id}:${times}`).join('|');
  return `${trace.replace(LINEAGE, '')};Lineage=${lineage}`;
}
