/**
 * Shows where we differ from dynamoose 4.2.0 on purpose: it crashes, hangs, loses data or contradicts
 * its documentation there. Each difference states why and is shown with both libraries.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Library, libraries } from './library.ts';
import { normal, type Outcome, outcomeOf } from './outcome.ts';

// oxlint-disable-next-line typescript/no-explicit-any -- definitions, items and answers of any shape
type Any = any;

export interface Setup {
  library: Library;
  /** Makes a model whose table needs no setting up. */
  model: (schema: Any, options?: Any, schemaOptions?: Any) => Any;
}

export interface Difference {
  what: string;
  why: string;
  run: (setup: Setup) => unknown;
  /** What the client answers, one after the other. */
  answers?: object[];
  theirs: Any;
  ours: Any;
}

export const crash = 'crash';
export const put = { return: 'request', overwrite: true } as const;
export const item = async (request: Any): Promise<Any> => (await request).Item;

export function show(differences: readonly Difference[]): void {
  for (const difference of differences) {
    test(`${difference.what} (${difference.why})`, async () => {
      for (const name of ['theirs', 'ours'] as const) {
        check(await outcomeWith(libraries[name], difference), difference[name], name);
      }
    });
  }
}

async function outcomeWith(library: Library, { run, answers = [] }: Difference): Promise<Outcome> {
  const left = [...answers];
  const client = new Proxy({}, { get: () => async () => structuredClone(left.shift() ?? {}) });
  library.aws.ddb.set(client as never);
  const model: Setup['model'] = (schema, options = {}, schemaOptions = {}) => {
    const made = Array.isArray(schema) ? schema : new library.Schema(schema, schemaOptions);
    return library.model('Thing', made, { create: false, waitForActive: false, ...options });
  };
  return outcomeOf(() => run({ library, model }), 0);
}

function check(outcome: Outcome, expected: unknown, name: string): void {
  if (expected === crash) assert.ok(outcome.crashed, `${name}: ${JSON.stringify(outcome)}`);
  else if (outcome.error !== undefined) assert.equal(outcome.error, expected, name);
  else assert.deepEqual(outcome.result, normal(expected, 0), name);
}
