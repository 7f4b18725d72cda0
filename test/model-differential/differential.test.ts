/**
 * The same random models and operations through dynamoose 4.2.0 and through ours: the requests that
 * each sends and what each answers have to be the same. BRUME_TEST_LONG=1 runs more of them, from
 * another seed each time; BRUME_TEST_SEED=n runs one again.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Chance } from './chance.ts';
import { FakeClient } from './fake-client.ts';
import { type Library, libraries, referenceModel } from './library.ts';
import { mistakeIn } from './mistakes.ts';
import { normal, type Outcome, outcomeOf } from './outcome.ts';
import { type Operation, randomOperation } from './random-operations.ts';
import { randomSchema, type SchemaPlan, schemaOf, forSeveral } from './random-schema.ts';

const CASES_SHORT = 400;
const CASES_LONG = 20_000;
const OPERATIONS = 6;

interface Step {
  operation: string;
  outcome: Outcome;
  requests: unknown;
}

interface Case {
  plans: SchemaPlan[];
  operations: Operation[];
  expires: boolean;
}

function randomCase(chance: Chance): Case {
  const first = randomSchema(chance);
  const second = chance.odds(0.15)
    ? { ...randomSchema(chance), hasRange: first.hasRange }
    : undefined;
  const plans = second ? [first, second].map(forSeveral) : [first];
  // Dynamoose refuses updates that leave a combined attribute alone, and knows the first schema only.
  const operations = Array.from({ length: OPERATIONS }, () => {
    for (;;) {
      const operation = randomOperation(chance, chance.pick(plans));
      const updates = operation.name === 'update' || operation.name === 'transaction';
      if (!updates || (!second && !first.combine)) return operation;
    }
  });
  return { plans, operations, expires: chance.odds(0.1) };
}

async function run(library: Library, { plans, operations, expires }: Case): Promise<Step[]> {
  const startMs = Date.now();
  const keyNames = plans[0]?.hasRange ? ['id', 'rk'] : ['id'];
  const client = new FakeClient(keyNames, [
    ['Ref', { id: { S: 'ref-1' }, label: { S: 'first' } }],
    ['Ref', { id: { S: 'ref-2' }, label: { S: 'second' } }],
  ]);
  library.aws.ddb.set(client as never);
  const reference = referenceModel(library);
  const steps: Step[] = [];
  let model: ReturnType<Library['model']> | undefined;
  const made = await outcomeOf(() => {
    const schemas = plans.map((plan) => schemaOf(plan, library, reference));
    model = library.model('Thing', schemas as never, {
      create: false,
      waitForActive: false,
      ...(expires && { expires: 60_000 }),
    });
    return 'made';
  }, startMs);
  steps.push({ operation: 'make the model', outcome: made, requests: [] });
  for (const operation of model ? operations : []) {
    const before = client.requests.length;
    const outcome = await outcomeOf(() => operation.run(model, library), startMs);
    const requests = normal(client.requests.slice(before), startMs);
    steps.push({ operation: operation.name, outcome, requests });
  }
  return steps;
}

interface Tally {
  steps: number;
  errors: number;
  sameMessages: number;
  mistakes: number;
}

/** Compares until Dynamoose crashes or errs: from there on the two may know different items. */
function compare(theirs: readonly Step[], ours: readonly Step[], tally: Tally): void {
  for (const [index, expected] of theirs.entries()) {
    if (expected.outcome.crashed) return;
    tally.steps += 1;
    const actual = ours[index];
    if (expected.outcome.error === undefined) {
      if (actual && mistakeIn(expected.requests, actual.requests) !== undefined) {
        tally.mistakes += 1;
        return;
      }
      assert.deepEqual(actual, expected);
      continue;
    }
    // Of several wrong things that are looked at side by side, any may be complained of first.
    assert.ok(actual?.outcome.error, `no error, but expected ${expected.outcome.error}`);
    tally.errors += 1;
    if (actual.outcome.error === expected.outcome.error) tally.sameMessages += 1;
  }
}

test('random models and operations give the same requests and answers as dynamoose 4.2.0', async (t) => {
  const cases = process.env.BRUME_TEST_LONG === '1' ? CASES_LONG : CASES_SHORT;
  const long = cases === CASES_LONG;
  const replayed = process.env.BRUME_TEST_SEED;
  const first = replayed === undefined ? (long ? randomSeed() : 1) : Number(replayed);
  const tally = { steps: 0, errors: 0, sameMessages: 0, mistakes: 0 };
  for (let seed = first; seed < first + (replayed === undefined ? cases : 1); seed += 1) {
    const plan = randomCase(new Chance(seed));
    const theirs = await run(libraries.theirs, plan);
    const ours = await run(libraries.ours, plan);
    try {
      compare(theirs, ours, tally);
    } catch (error) {
      throw new Error(
        `Seed ${seed} differs (BRUME_TEST_SEED=${seed} replays it).\n${JSON.stringify(plan.plans)}`,
        { cause: error },
      );
    }
  }
  t.diagnostic(`from seed ${first}: ${JSON.stringify(tally)}`);
  if (replayed !== undefined) return;
  // Most of what is run must have been compared, or the comparison proves nothing.
  assert.ok(tally.steps > cases * (OPERATIONS + 1) * 0.8);
  assert.ok(tally.sameMessages > tally.errors * 0.9);
  assert.ok(tally.mistakes < cases / 100);
});

function randomSeed(): number {
  return Math.floor(Math.random() * 2 ** 31);
}
