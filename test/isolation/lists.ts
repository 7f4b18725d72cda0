/**
 * Clients that append to lists and read them, one or several at a time, and the check that all of it
 * could have happened one after the other.
 */
import type { Prng } from '../../packages/brume/src/environment/prng.ts';
import { TABLE, type Database, type Item, type Outcome } from './database.ts';
import { Recorder, type Call, type Known } from './history.ts';
import { findAnomaly, type Reads, type Transaction } from './list-append.ts';

const LISTS_AT_ONCE = 4;
const LISTS_OF_TRANSACTION_MAX = 3;
/** So many appends later other lists are used, so that none grows long. */
const APPENDS_OF_GENERATION = 80;
const READ_ONLY: Transaction = { appends: new Map() };

export class Lists {
  readonly #recorder = new Recorder<Transaction, Reads>();
  readonly #database: Database;
  readonly #used = new Set<string>();
  #values = 0;

  constructor(database: Database) {
    this.#database = database;
  }

  get calls(): readonly Call<Transaction, Reads>[] {
    return this.#recorder.calls;
  }

  /** One step of a client. */
  async step(client: string, prng: Prng): Promise<void> {
    const choice = prng.fraction();
    const lists = this.#pick(prng);
    const [first = ''] = lists;
    if (choice < 0.1) await this.#get(client, first);
    else if (choice < 0.3) await this.#read(client, lists);
    else if (choice < 0.5) await this.#update(client, first);
    else if (choice < 0.65) await this.#append(client, lists);
    else await this.#readThenAppend(client, lists, prng);
  }

  /** Reads all lists, so that nothing that was appended goes unread. */
  async finish(): Promise<void> {
    for (const list of this.#used) await this.#get('finish', list);
  }

  /** Throws where no order of the transactions explains what was seen. */
  check(): void {
    const anomaly = findAnomaly(this.calls);
    if (anomaly) throw new Error(`${anomaly.name}:\n${anomaly.explanation}`);
  }

  #pick(prng: Prng): string[] {
    const generation = Math.floor(this.#values / APPENDS_OF_GENERATION);
    const lists = new Set<string>();
    const count = 1 + prng.below(LISTS_OF_TRANSACTION_MAX);
    while (lists.size < count) lists.add(`l${generation}.${prng.below(LISTS_AT_ONCE)}`);
    for (const list of lists) this.#used.add(list);
    return [...lists];
  }

  #get(client: string, list: string) {
    const input = { TableName: TABLE, Key: keyOf(list), ConsistentRead: true };
    return this.#call(client, READ_ONLY, ['GetItem', input], ({ Item: item }) => [
      [list, valuesOf(item)],
    ]);
  }

  #read(client: string, lists: readonly string[]) {
    const items = lists.map((list) => ({ Get: { TableName: TABLE, Key: keyOf(list) } }));
    const call = ['TransactGetItems', { TransactItems: items }] as const;
    return this.#call(client, READ_ONLY, call, ({ Responses: responses = [] }) =>
      lists.map((list, at) => [list, valuesOf(responses[at]?.Item)]),
    );
  }

  #update(client: string, list: string) {
    const value = this.#nextValue();
    const call = ['UpdateItem', { ...append(list, value), ReturnValues: 'ALL_NEW' }] as const;
    const transaction = { appends: new Map([[list, value]]) };
    return this.#call(client, transaction, call, ({ Attributes: attributes }) => {
      const values = valuesOf(attributes);
      if (values.pop() !== value) throw new Error(`${list} was answered without its new end`);
      return [[list, values]];
    });
  }

  #append(client: string, lists: readonly string[]) {
    const appends = new Map(lists.map((list) => [list, this.#nextValue()]));
    const items = [...appends].map(([list, value]) => ({ Update: append(list, value) }));
    const call = ['TransactWriteItems', { TransactItems: items }] as const;
    return this.#call(client, { appends }, call, () => []);
  }

  /** Appends to some if all are as they were read: the transaction has read them then, too. */
  async #readThenAppend(client: string, lists: readonly string[], prng: Prng): Promise<void> {
    const reads = await this.#read(client, lists);
    if (reads === undefined) return;
    const appends = new Map<string, string>();
    const items = lists.map((list, at) => {
      const unchanged = sizeCondition(reads.get(list) ?? []);
      if (at > 0 && prng.chance(0.6)) {
        return { ConditionCheck: { TableName: TABLE, Key: keyOf(list), ...unchanged } };
      }
      const value = this.#nextValue();
      appends.set(list, value);
      const update = append(list, value);
      const values = {
        ...update.ExpressionAttributeValues,
        ...unchanged.ExpressionAttributeValues,
      };
      return { Update: { ...update, ...unchanged, ExpressionAttributeValues: values } };
    });
    const call = ['TransactWriteItems', { TransactItems: items }] as const;
    await this.#call(client, { appends }, call, () => [...reads]);
  }

  #nextValue(): string {
    return String(this.#values++);
  }

  #call(
    client: string,
    transaction: Transaction,
    call: readonly [string, object],
    reads: (output: (Outcome & { type: 'answered' })['output']) => [string, readonly string[]][],
  ): Promise<Reads | undefined> {
    return this.#recorder.record(client, transaction, async (): Promise<Known<Reads>> => {
      const outcome = await this.#database(...call);
      if (outcome.type !== 'answered') return outcome;
      return { type: 'answered', answer: new Map(reads(outcome.output)) };
    });
  }
}

function keyOf(list: string) {
  return { id: { S: list } };
}

function append(list: string, value: string) {
  return {
    TableName: TABLE,
    Key: keyOf(list),
    UpdateExpression: 'SET l = list_append(if_not_exists(l, :none), :new)',
    ExpressionAttributeValues: { ':none': { L: [] }, ':new': { L: [{ S: value }] } },
  };
}

/** Lists only grow: one of the same length is the same. */
function sizeCondition({ length }: readonly string[]) {
  if (length === 0) return { ConditionExpression: 'attribute_not_exists(l)' };
  return {
    ConditionExpression: 'size(l) = :size',
    ExpressionAttributeValues: { ':size': { N: String(length) } },
  };
}

function valuesOf(item: Item | undefined): string[] {
  return (item?.['l']?.L ?? []).map(({ S: text = '' }) => text);
}
