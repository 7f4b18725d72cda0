/**
 * Answers that AWS gives under load, for clients to be tested with: refusals for throughput and for
 * transactions under way, reads that are behind. Stands before the operations, and is out of the way
 * while nothing is rehearsed.
 */
import type { Environment } from '../../../environment/environment.ts';
import { AwsError } from '../../../model/aws-error.ts';
import type { ConsumedCapacity } from '../../../model/generated/dynamodb.types.ts';
import type { RequestContext, Service } from '../../service.ts';
import { normalizeAttributes } from '../items/attribute-validation.ts';
import type { Catalog } from '../tables/catalog.ts';
import { transactionCanceled } from '../errors.ts';
import { targetOf } from '../items/item-changes.ts';
import { isStrong } from '../replication/global-table.ts';
import type { Table } from '../tables/table.ts';
import { tableNameOf } from '../tables/table-name.ts';
import { NO_REASON } from '../items/transaction-reasons.ts';
import { olderLayer } from '../validation.ts';
import { runPartOfBatch, runSomeStatements } from './batch-answer.ts';
import { NO_FAULTS, parseFaultPlan, type FaultKind, type FaultPlan } from './fault-plan.ts';
import type { FormerValues } from './former-values.ts';
import { ItemHolds } from './item-holds.ts';
import {
  capacityExceeded,
  throughputExceeded,
  transactionConflict,
  transactionInProgress,
  writtenElsewhere,
  type Refusal,
} from './refusal.ts';
import { itemRequest, type ItemRequest, type Part } from './request-parts.ts';
import { Throughput } from './throughput.ts';

export interface RehearsalOptions {
  readonly service: Service;
  /** The same operations on what was so long ago. */
  readonly past: (lagMs: number) => Service;
  readonly former: FormerValues;
  readonly catalog: Catalog;
  readonly environment: Environment;
  readonly replicas: { delayMs: (tableName: string) => number; wake(): void };
}

/** A part of a request with its table, and what names its item among those that are held. */
interface Bound extends Part {
  readonly table: Table;
  readonly item: string | undefined;
}

interface Request {
  readonly form: ItemRequest['form'];
  readonly operation: string;
  readonly input: Input;
  readonly context: RequestContext;
  readonly parts: readonly Bound[];
  /** The same with nothing in the places of members that the operation itself refuses. */
  readonly members: readonly (Bound | undefined)[];
}

interface Input {
  readonly ClientRequestToken?: string;
  readonly ConsistentRead?: boolean;
  readonly RequestItems?: Readonly<Record<string, { readonly ConsistentRead?: boolean }>>;
  readonly Statements?: readonly { readonly ConsistentRead?: boolean }[];
  readonly ReturnConsumedCapacity?: string;
}

/** Errors of requests that are paid for all the same. */
const PAID_ERRORS = new Set(['ConditionalCheckFailedException', 'TransactionCanceledException']);

export class Rehearsal {
  readonly #options: RehearsalOptions;
  readonly #holds = new ItemHolds();
  #plan = NO_FAULTS;
  #throughput: Throughput | undefined;

  constructor(options: RehearsalOptions) {
    this.#options = options;
  }

  /** What is rehearsed now. */
  read(): FaultPlan {
    return this.#plan;
  }

  /** Takes the place of what was rehearsed before. Throws an `AwsError` for what is no plan. */
  change(said: unknown): FaultPlan {
    const plan = parseFaultPlan(said);
    const idle = plan.faults.length === 0 && plan.throughput === 'unlimited';
    this.#plan = idle ? NO_FAULTS : plan;
    this.#throughput =
      plan.throughput === 'enforced' ? new Throughput(plan.burstSeconds) : undefined;
    const lags = plan.faults.map(({ fault, ms }) => (fault === 'stale' ? ms : 0));
    this.#options.former.keep(Math.max(0, ...lags));
    const { replicas } = this.#options;
    const delays = plan.faults.filter(({ fault }) => fault === 'replication');
    replicas.delayMs = (tableName) => {
      const own = delays.filter(({ table }) => table === undefined || table === tableName);
      return Math.max(0, ...own.map(({ ms }) => ms));
    };
    replicas.wake();
    return this.#plan;
  }

  readonly execute: Service['execute'] = (operation, input, context) =>
    this.#plan === NO_FAULTS
      ? this.#options.service.execute(operation, input, context)
      : this.#rehearse(operation, input as Input, context);

  async #rehearse(operation: string, input: Input, context: RequestContext): Promise<unknown> {
    const request = await this.#bind(operation, input, context);
    // What names no table that is there is refused by the operation itself.
    if (request === undefined) return this.#options.service.execute(operation, input, context);
    const { form, parts, members } = request;
    const token = holdOfToken(request);
    const inProgress = this.#holds.holder(token) !== undefined;
    if (inProgress || (token && this.#strikes('inProgress', request, parts[0]))) {
      throw transactionInProgress();
    }
    const refusals = members.map((part) => part && this.#refusal(request, part));
    const refused = refusals.find((refusal) => refusal !== undefined);
    const admitted = members.filter(
      (part, at): part is Bound => part !== undefined && refusals[at] === undefined,
    );
    if (refused === undefined) return this.#run(request, admitted, input);
    if (form === 'statements') {
      return runSomeStatements(request.input, refusals, (rest) =>
        this.#run(request, admitted, rest),
      );
    }
    if (form === 'batch' && admitted.length > 0) {
      return runPartOfBatch(
        operation,
        input,
        (at) => refusals[at] !== undefined,
        (rest) => this.#run(request, admitted, rest),
      );
    }
    for (const part of admitted) this.#throughput?.release(part.table, part);
    throw form === 'transaction'
      ? transactionCanceled(refusals.map((refusal) => refusal?.reason ?? NO_REASON))
      : refused.error;
  }

  async #bind(
    operation: string,
    input: Input,
    context: RequestContext,
  ): Promise<Request | undefined> {
    const request = itemRequest(operation, input);
    if (request === undefined) return undefined;
    const { form } = request;
    const members: (Bound | undefined)[] = [];
    for (const part of request.parts) {
      const table = part && (await this.#table(part.tableName, context));
      // A statement is refused in its place; of other requests nothing is done.
      if (table === undefined && form !== 'statements') return undefined;
      members.push(part && table && { ...part, table, item: holdOfItem(table, part) });
    }
    const parts = members.filter((part) => part !== undefined);
    return { operation, input, context, form, parts, members };
  }

  async #table(name: string, context: RequestContext): Promise<Table | undefined> {
    try {
      return await this.#options.catalog.find(tableNameOf(name, context, olderLayer), context);
    } catch (error) {
      if (error instanceof AwsError) return undefined;
      throw error;
    }
  }

  #refusal(request: Request, part: Bound): Refusal | undefined {
    const { table, kind } = part;
    if (this.#strikes('throttle', request, part)) {
      const provisioned = table.definition.billingMode === 'PROVISIONED';
      return (provisioned ? throughputExceeded : capacityExceeded)(table, kind);
    }
    // Reads outside of transactions are in nobody's way.
    if (kind === 'Write' || request.form === 'transaction') {
      const { region } = request.context;
      const holder = this.#holds.holder(part.item);
      if (isStrong(table.definition)) {
        // Writes of one region wait for each other.
        const elsewhere = holder !== undefined && holder !== region;
        if (elsewhere || this.#strikes('replicatedConflict', request, part)) {
          return writtenElsewhere();
        }
      } else if (holder !== undefined || this.#strikes('conflict', request, part)) {
        return transactionConflict();
      }
    }
    return this.#throughput?.admit(table, part, this.#options.environment.clock.nowMs());
  }

  /** Whether a fault of that kind is to happen to the part now: how long it lasts. */
  #strikes(kind: FaultKind, { operation }: Request, part: Bound | undefined) {
    const { random } = this.#options.environment;
    return this.#plan.faults.find(
      ({ fault, table, operation: of, rate }) =>
        fault === kind &&
        (table === undefined || table === part?.table.name) &&
        (of === undefined || of === operation) &&
        random.fraction() < rate,
    );
  }

  async #run(request: Request, admitted: readonly Bound[], input: object): Promise<unknown> {
    const throughput = this.#throughput;
    if (throughput === undefined) return this.#execute(request, input);
    const { ReturnConsumedCapacity: mode } = request.input;
    let output: { ConsumedCapacity?: ConsumedCapacity | readonly ConsumedCapacity[] };
    try {
      const measured = { ...input, ReturnConsumedCapacity: 'INDEXES' };
      output = (await this.#execute(request, measured)) as typeof output;
    } catch (error) {
      const paid = error instanceof AwsError && PAID_ERRORS.has(error.code);
      if (!paid) for (const part of admitted) throughput.release(part.table, part);
      throw error;
    }
    for (const part of admitted) throughput.release(part.table, part);
    const { ConsumedCapacity: consumed = [] } = output;
    for (const each of Array.isArray(consumed) ? consumed : [consumed]) {
      const part = admitted.find(({ tableName }) => tableName === each.TableName);
      if (part !== undefined) throughput.charge(part.table, each, part.kind);
    }
    return { ...output, ConsumedCapacity: asAsked(consumed, mode) };
  }

  #execute(request: Request, input: object): Promise<unknown> {
    const { operation, context, parts } = request;
    const { service, past, environment } = this.#options;
    if (isEventual(request)) {
      const stale = this.#strikes('stale', request, parts[0]);
      return (stale ? past(stale.ms) : service).execute(operation, input, context);
    }
    const contention = isHeld(request) && this.#strikes('contention', request, parts[0]);
    if (!contention) return service.execute(operation, input, context);
    const held = [holdOfToken(request), ...parts.map(({ item }) => item)];
    return this.#holds.during(
      held.filter((name) => name !== undefined),
      context.region,
      async () => {
        await new Promise<void>((done) => {
          environment.timers.after(contention.ms, done);
        });
        return service.execute(operation, input, context);
      },
    );
  }
}

/** Undefined for what is no key of the table: the operation says so. */
function holdOfItem(table: Table, part: Part): string | undefined {
  const { attributes: said } = part;
  const attributes = typeof said === 'function' ? said(table) : said;
  if (attributes === undefined) return undefined;
  try {
    const { itemKey } = targetOf(table, normalizeAttributes(attributes, olderLayer));
    return `item ${itemKey.toString('latin1')}`;
  } catch {
    return undefined;
  }
}

function isTransactedWrite({ form, parts }: Request): boolean {
  return form === 'transaction' && parts.some(({ kind }) => kind === 'Write');
}

/** What takes time that others see: transactions, and writes that other regions take part in. */
function isHeld(request: Request): boolean {
  const { form, parts } = request;
  if (form === 'transaction') return isTransactedWrite(request);
  return parts.some(({ kind, table }) => kind === 'Write' && isStrong(table.definition));
}

function holdOfToken(request: Request): string | undefined {
  const { input, context } = request;
  const { ClientRequestToken: token } = input;
  if (token === undefined || !isTransactedWrite(request)) return undefined;
  return `token ${context.accountId} ${context.region} ${token}`;
}

/** Reads that need not be up to date. */
function isEventual({ form, parts, input }: Request): boolean {
  if (form === 'transaction' || parts.some(({ kind }) => kind === 'Write')) return false;
  const reads = input.Statements ?? Object.values(input.RequestItems ?? { only: input });
  return reads.every(({ ConsistentRead: consistent }) => consistent !== true);
}

function asAsked(
  consumed: ConsumedCapacity | readonly ConsumedCapacity[],
  mode: string | undefined,
): unknown {
  if (mode === 'INDEXES') return consumed;
  if (mode !== 'TOTAL') return undefined;
  const total = (each: ConsumedCapacity) => ({
    ...each,
    Table: undefined,
    LocalSecondaryIndexes: undefined,
    GlobalSecondaryIndexes: undefined,
  });
  return Array.isArray(consumed) ? consumed.map(total) : total(consumed as ConsumedCapacity);
}
