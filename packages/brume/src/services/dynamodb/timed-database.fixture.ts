/** A database whose clock stands still between the moves that a test makes. */
import type { Environment } from '../../environment/environment.ts';
import { nodeEnvironment } from '../../environment/node.ts';
import { AwsError } from '../../model/aws-error.ts';
import type { DynamoDBOperations } from '../../model/generated/dynamodb.types.ts';
import { createMemoryStore } from '../../storage/memory/memory-store.ts';
import type { OrderedStore } from '../../storage/ordered-store.ts';
import type { Logger } from '../../telemetry/log.ts';
import type { RequestContext } from '../service.ts';
import { plain, TEST_CONTEXT } from './database.fixture.ts';
import { createDynamoDB } from './service.ts';

/** Of the machine's own time: background work has timers that the test's clock does not move. */
const WAIT_MS_MAX = 30_000;

export class TimedDatabase {
  readonly store: OrderedStore;
  readonly #exportFolder: string | undefined;
  #service: ReturnType<typeof createDynamoDB>;
  nowMs = Date.UTC(2026, 10, 22);

  constructor(store: OrderedStore = createMemoryStore(), exportFolder?: string) {
    this.store = store;
    this.#exportFolder = exportFolder;
    this.#service = this.#open();
  }

  get service() {
    return this.#service;
  }

  #open() {
    const clock = { nowMs: () => this.nowMs, monotonicMs: () => this.nowMs };
    const environment: Environment = { ...nodeEnvironment(), clock };
    const log: Logger = {
      log(level, message, fields) {
        if (level === 'error') process.stderr.write(`${message} ${JSON.stringify(fields)}\n`);
      },
    };
    const folder = this.#exportFolder;
    const exportFolder = folder === undefined ? undefined : async () => folder;
    return createDynamoDB({ store: this.store, environment, log, exportFolder });
  }

  /** Another service over the same store, as after a restart. */
  async reopen(): Promise<void> {
    await this.#service.close();
    this.#service = this.#open();
  }

  close(): Promise<void> {
    return this.#service.close();
  }

  /** Runs an operation. Times are `Date`s on both sides. */
  async call<Name extends keyof DynamoDBOperations>(
    name: Name,
    input: DynamoDBOperations[Name]['input'],
    context: Partial<RequestContext> = {},
  ): Promise<DynamoDBOperations[Name]['output']> {
    const answer = await this.#service.execute(name, input, { ...TEST_CONTEXT, ...context });
    return plain(answer) as never;
  }

  /** Runs an operation that is to fail, and gives the error's code and message. */
  async refusal<Name extends keyof DynamoDBOperations>(
    name: Name,
    input: DynamoDBOperations[Name]['input'],
  ): Promise<string> {
    try {
      await this.call(name, input);
    } catch (error) {
      if (error instanceof AwsError) return `${error.code}: ${error.message}`;
      throw error;
    }
    throw new Error(`${name} was not refused`);
  }

  /** Asks until the answer is what is waited for. */
  async until<Answer>(
    ask: () => Promise<Answer>,
    is: (answer: Answer) => boolean,
  ): Promise<Answer> {
    const deadlineMs = performance.now() + WAIT_MS_MAX;
    while (performance.now() < deadlineMs) {
      const answer = await ask();
      if (is(answer)) return answer;
      await new Promise(setImmediate);
    }
    throw new Error('what was waited for did not come');
  }

  active(tableName: string) {
    return this.until(
      async () => (await this.call('DescribeTable', { TableName: tableName })).Table,
      (table) => table?.TableStatus === 'ACTIVE',
    );
  }

  available(backupArn: string) {
    return this.until(
      async () => (await this.call('DescribeBackup', { BackupArn: backupArn })).BackupDescription,
      (backup) => backup?.BackupDetails?.BackupStatus === 'AVAILABLE',
    );
  }

  /** All items of a table, in the order of a scan. */
  async items(tableName: string, indexName?: string) {
    const index = indexName === undefined ? {} : { IndexName: indexName };
    return (await this.call('Scan', { TableName: tableName, ...index })).Items ?? [];
  }
}
