/**
 * Brings a batch to the function until all its records are done or given up: whole, from the first
 * record that failed, or in halves. Records that are given up are told to whoever wants to keep them.
 */
import type { Environment } from '../../../environment/environment.ts';
import { AwsError } from '../../../model/aws-error.ts';
import type { InvokeResult } from '../port.ts';
import { batchEvent, NO_STATE, readAnswer, type WindowEvent } from './batch-event.ts';
import type { SourceRecord } from './event-source.ts';
import { BACKOFF_MAX_MS, BACKOFF_MS } from './limits.ts';
import type { MappingSettings } from './mapping-record.ts';
import { pause } from './wake.ts';

export interface DeliveryParts {
  readonly environment: Pick<Environment, 'clock' | 'timers' | 'random'>;
  readonly settings: MappingSettings;
  /** Records that are older are gone from the source too. */
  readonly retentionMs: number;
  readonly stop: AbortSignal;
  readonly invoke: (event: Uint8Array, requestId: string) => Promise<InvokeResult>;
  /** Takes the outcome of each invocation: undefined when all was well. */
  readonly noted: (problem: string | undefined) => void;
  readonly discarded: (records: readonly SourceRecord[], failure: Failure) => void;
}

export interface Failure {
  readonly condition: 'RetryAttemptsExhausted' | 'RecordAgeExceeded';
  /** Of the last invocation; absent, like its answer, when there was none. */
  readonly requestId?: string | undefined;
  readonly invocations: number;
  readonly answer?: Pick<InvokeResult, 'functionError' | 'executedVersion'> | undefined;
}

/** What is left of a batch, in the order of its records. */
interface Piece {
  readonly records: readonly SourceRecord[];
  /** Attempts in which the function failed, but for those that only split the batch. */
  readonly failures: number;
  readonly invocations: number;
  /** Of the last attempt. */
  readonly requestId?: string;
  readonly answer?: Failure['answer'];
}

export type Progress = (first: SourceRecord, state: string) => Promise<void>;

export class Delivery {
  readonly #parts: DeliveryParts;
  /** Attempts in a row that came to nothing. */
  #setbacks = 0;

  constructor(parts: DeliveryParts) {
    this.#parts = parts;
  }

  /**
   * Resolves with the window's state when the batch is over, undefined when it was stopped before.
   * `progress` is told, and waited for, whenever all records before one of the batch are done with.
   * A batch without records ends a window.
   */
  async deliver(
    records: readonly SourceRecord[],
    window: WindowEvent | undefined,
    progress: Progress,
  ): Promise<string | undefined> {
    let state = window?.state ?? NO_STATE;
    let pieces: readonly Piece[] = [{ records, failures: 0, invocations: 0 }];
    while (!this.#parts.stop.aborted) {
      const [first, ...others] = pieces;
      if (first === undefined) return state;
      const live = this.#withoutExpired(first, window);
      if (live === undefined) {
        pieces = others;
        continue;
      }
      const attempt = await this.#attempt(live, window && { ...window, state });
      if (attempt.state !== undefined) state = attempt.state;
      pieces = [...attempt.rest, ...others];
      const [next] = pieces[0]?.records ?? [];
      if (next !== undefined && next !== first.records[0]) await progress(next, state);
      if (attempt.isSetback) await this.#backOff();
      else this.#setbacks = 0;
    }
    return pieces.length === 0 ? state : undefined;
  }

  /** The end of a window is given up when its records would be gone. */
  #withoutExpired(piece: Piece, window: WindowEvent | undefined): Piece | undefined {
    const { environment, retentionMs, settings } = this.#parts;
    if (piece.records.length === 0) {
      const isGone = window !== undefined && window.endMs + retentionMs < environment.clock.nowMs();
      return isGone ? undefined : piece;
    }
    const seconds = settings.MaximumRecordAgeInSeconds;
    const ageMaxMs = seconds < 0 ? retentionMs : Math.min(seconds * 1000, retentionMs);
    const oldestMs = environment.clock.nowMs() - ageMaxMs;
    const isLive = ({ arrivedMs }: SourceRecord) => arrivedMs >= oldestMs;
    const at = piece.records.findIndex(isLive);
    const expired = at < 0 ? piece.records : piece.records.slice(0, at);
    if (expired.length > 0) {
      const { requestId, invocations } = piece;
      const condition = 'RecordAgeExceeded';
      this.#parts.discarded(expired, { condition, requestId, invocations });
    }
    return at < 0 ? undefined : { ...piece, records: piece.records.slice(at) };
  }

  async #attempt(piece: Piece, window: WindowEvent | undefined): Promise<Attempt> {
    const { settings, invoke, noted, stop } = this.#parts;
    const { records } = piece;
    const requestId = this.#parts.environment.random.uuid();
    const reports = settings.FunctionResponseTypes.includes('ReportBatchItemFailures');
    try {
      const answer = await invoke(batchEvent(records, window), requestId);
      const { failedFrom, state } = readAnswer(answer, records, reports && records.length > 0);
      const isDone = failedFrom === undefined;
      // Who stops us may have stopped the function: that is no failure of its own.
      if (!isDone && stop.aborted) return { rest: [piece], isSetback: true };
      noted(isDone ? undefined : 'Function call failed');
      if (isDone) return { rest: [], state, isSetback: false };
      const failed = { ...piece, invocations: piece.invocations + 1, requestId, answer };
      const attempt = this.#afterFailure(failed, failedFrom);
      // A function that failed altogether has not said how its state is now.
      return answer.functionError === undefined ? { ...attempt, state } : attempt;
    } catch (error) {
      if (stop.aborted) return { rest: [piece], isSetback: true };
      noted(error instanceof Error ? error.message : String(error));
      const isTooLarge =
        error instanceof AwsError && error.code === 'RequestEntityTooLargeException';
      if (isTooLarge) return this.#afterFailure(piece, 0);
      // The function could not be asked: throttled, deleted, not ready. That counts for nothing.
      return { rest: [piece], isSetback: true };
    }
  }

  /**
   * Splitting "does not count towards the retry quota" (developer guide, "Handling errors"); where the
   * function told the first record that failed, the batch is split there.
   */
  #afterFailure(piece: Piece, failedFrom: number): Attempt {
    const { settings, discarded } = this.#parts;
    const records = piece.records.slice(failedFrom);
    if (settings.BisectBatchOnFunctionError && piece.records.length > 1) {
      if (failedFrom > 0) return { rest: [{ ...piece, records }], isSetback: false };
      const half = Math.ceil(records.length / 2);
      const halves = [records.slice(0, half), records.slice(half)];
      return { rest: halves.map((part) => ({ ...piece, records: part })), isSetback: false };
    }
    const failures = piece.failures + 1;
    const retriesMax = settings.MaximumRetryAttempts;
    if (retriesMax < 0 || failures <= retriesMax) {
      return { rest: [{ ...piece, records, failures }], isSetback: true };
    }
    const { requestId, invocations, answer } = piece;
    discarded(records, { condition: 'RetryAttemptsExhausted', requestId, invocations, answer });
    return { rest: [], isSetback: false };
  }

  async #backOff(): Promise<void> {
    const delayMs = Math.min(BACKOFF_MS * 2 ** this.#setbacks++, BACKOFF_MAX_MS);
    await pause(this.#parts.environment.timers, delayMs, this.#parts.stop);
  }
}

interface Attempt {
  readonly rest: readonly Piece[];
  readonly isSetback: boolean;
  readonly state?: string;
}
