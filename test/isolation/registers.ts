/**
 * Clients that read, put, change and remove a few items, alone and in transactions, and the check that
 * each item by itself behaves as one that takes one operation after the other.
 */
import type { Prng } from '../../packages/brume/src/environment/prng.ts';
import { TABLE, type Database, type Item, type Outcome } from './database.ts';
import { Recorder, type Call, type Known } from './history.ts';
import { checkLinearizable } from './linearizability.ts';
import { register, type RegisterAnswer, type RegisterRequest } from './register.ts';

const ITEMS = ['r0', 'r1', 'r2'] as const;

const GET: RegisterRequest = { type: 'get' };

type Requests = ReadonlyMap<string, RegisterRequest>;
type Answers = ReadonlyMap<string, RegisterAnswer>;

export class Registers {
  readonly #recorder = new Recorder<Requests, Answers>();
  readonly #database: Database;
  /** What was last seen of each item, for conditions that may hold. */
  readonly #seen = new Map<string, string>();
  readonly #transactions: boolean;
  #values = 0;

  constructor(database: Database, { transactions = true } = {}) {
    this.#database = database;
    this.#transactions = transactions;
  }

  get calls(): readonly Call<Requests, Answers>[] {
    return this.#recorder.calls;
  }

  /** One step of a client. */
  async step(client: string, prng: Prng): Promise<void> {
    const several = this.#transactions && prng.chance(0.25);
    const ids = several ? new Set([prng.pick(ITEMS), prng.pick(ITEMS)]) : undefined;
    const reads = prng.chance(0.35);
    const request = (id: string) => (reads ? GET : this.#pickWrite(id, prng));
    if (ids !== undefined) {
      await this.#transact(client, new Map([...ids].map((id) => [id, request(id)])));
    } else {
      const id = prng.pick(ITEMS);
      await this.#single(client, id, request(id));
    }
  }

  #pickWrite(id: string, prng: Prng): RegisterRequest {
    const choice = prng.fraction();
    const value = `v${this.#values++}`;
    if (choice < 0.3) return { type: 'put', value };
    if (choice < 0.45) return { type: 'delete' };
    return { type: 'update', expected: this.#seen.get(id) ?? '', value };
  }

  async #single(client: string, id: string, request: RegisterRequest): Promise<void> {
    const answers = await this.#recorder.record(client, new Map([[id, request]]), async () =>
      answerOf(id, request, await this.#database(...singleCall(id, request))),
    );
    const { seen } = answers?.get(id) ?? {};
    if (seen !== undefined) this.#seen.set(id, seen);
  }

  /** All are gets, or none is: a transaction does not mix them. */
  async #transact(client: string, requests: Requests): Promise<void> {
    await this.#recorder.record(client, requests, async (): Promise<Known<Answers>> => {
      const outcome = await this.#database(...transactionCall(requests));
      if (outcome.type !== 'answered') return outcome;
      const { Responses: responses } = outcome.output;
      const answers = [...requests.keys()].map((id, at) => {
        const seen = responses && valueOf(responses[at]?.Item);
        return [id, { seen, applied: true }] as const;
      });
      return { type: 'answered', answer: new Map(answers) };
    });
  }

  /** Throws where an item did what no item does. */
  check(): void {
    for (const id of ITEMS) {
      const calls = this.calls.flatMap((call) => {
        const request = call.request.get(id);
        return request ? [{ ...call, request, answer: call.answer?.get(id) }] : [];
      });
      const { unexplained, states } = checkLinearizable(calls, register);
      if (unexplained === undefined) continue;
      const { client, request, answer } = unexplained;
      throw new Error(
        `${id} is not linearizable: ${client} asked ${JSON.stringify(request)} and was told ` +
          `${JSON.stringify(answer)}, when the value was one of "${states.join('", "')}"`,
      );
    }
  }
}

function singleCall(id: string, request: RegisterRequest): [string, object] {
  const Key = { id: { S: id } };
  switch (request.type) {
    case 'get':
      return ['GetItem', { TableName: TABLE, Key, ConsistentRead: true }];
    case 'put':
      return ['PutItem', { ...put(id, request.value), ReturnValues: 'ALL_OLD' }];
    case 'delete':
      return ['DeleteItem', { TableName: TABLE, Key, ReturnValues: 'ALL_OLD' }];
    case 'update':
      return [
        'UpdateItem',
        {
          ...update(id, request),
          ReturnValues: 'UPDATED_OLD',
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        },
      ];
  }
}

function transactionCall(requests: Requests): [string, object] {
  const items = [...requests].map(([id, request]) => {
    const key = { TableName: TABLE, Key: { id: { S: id } } };
    switch (request.type) {
      case 'get':
        return { Get: key };
      case 'put':
        return { Put: put(id, request.value) };
      case 'delete':
        return { Delete: key };
      case 'update':
        return { Update: update(id, request) };
    }
  });
  const reads = [...requests.values()].every(({ type }) => type === 'get');
  return [reads ? 'TransactGetItems' : 'TransactWriteItems', { TransactItems: items }];
}

function put(id: string, value: string) {
  return { TableName: TABLE, Item: { id: { S: id }, v: { S: value } } };
}

function update(
  id: string,
  { expected, value }: RegisterRequest & { readonly type: 'update' },
): object {
  const none = expected === '';
  return {
    TableName: TABLE,
    Key: { id: { S: id } },
    UpdateExpression: 'SET v = :v',
    ConditionExpression: none ? 'attribute_not_exists(v)' : 'v = :expected',
    ExpressionAttributeValues: {
      ':v': { S: value },
      ...(none ? {} : { ':expected': { S: expected } }),
    },
  };
}

/** A condition that did not hold is an answer too: it tells what the value was not, or was. */
function answerOf(id: string, request: RegisterRequest, outcome: Outcome): Known<Answers> {
  if (outcome.type === 'unknown') return outcome;
  if (outcome.type === 'refused') {
    if (request.type !== 'update' || outcome.code !== 'ConditionalCheckFailedException') {
      return { type: 'refused' };
    }
    const seen = valueOf(outcome.item);
    return { type: 'answered', answer: new Map([[id, { seen, applied: false }]]) };
  }
  const { output } = outcome;
  const seen = valueOf(request.type === 'get' ? output.Item : output.Attributes);
  return { type: 'answered', answer: new Map([[id, { seen, applied: true }]]) };
}

function valueOf(item: Item | undefined): string {
  return item?.['v']?.S ?? '';
}
