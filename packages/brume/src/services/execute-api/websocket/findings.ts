/** What is found out while one event of a connection is served: logs, metrics and traces are made of it. */
import type { Clock } from '../../../environment/environment.ts';
import type { IamIdentity } from '../authorizer-context.ts';
import type { AuthorizerValues } from './connection.ts';
import type { AuthorizerRecord, IntegrationRecord, StepTiming } from '../rest/rest-execution.ts';

export class Findings {
  readonly #clock: Clock;
  readonly startedMs: number;
  readonly steps: StepTiming[] = [];
  identity: IamIdentity | undefined = undefined;
  /** What the authorizer of `$connect` gave. */
  authorizer: AuthorizerValues | undefined = undefined;
  authorization: AuthorizerRecord | undefined = undefined;
  apiKey: { readonly id: string; readonly value: string } | undefined = undefined;
  /** Undefined as long as nobody is asked: a mock has no endpoint. */
  integration: IntegrationRecord | undefined = undefined;
  /** What templates made. */
  renderedRequest: string | undefined = undefined;
  renderedResponse: string | undefined = undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.startedMs = clock.monotonicMs();
  }

  get elapsedMs(): number {
    return this.#clock.monotonicMs() - this.startedMs;
  }

  /** Runs a step, and notes how long it took however it ends. */
  async step<Result>(step: string, run: () => Promise<Result>): Promise<Result> {
    const startedMs = this.#clock.monotonicMs();
    try {
      return await run();
    } finally {
      this.steps.push({ step, durationMs: this.#clock.monotonicMs() - startedMs });
    }
  }

  /** Asks an integration's endpoint. */
  async ask<Answer>(
    uri: string,
    requestBody: string | Buffer,
    ask: () => Promise<Answer>,
  ): Promise<Answer> {
    const record: IntegrationRecord = {
      uri,
      requestHeaders: undefined,
      requestBody,
      latencyMs: 0,
      status: undefined,
      responseHeaders: undefined,
      responseBody: '',
    };
    this.integration = record;
    const startedMs = this.#clock.monotonicMs();
    try {
      return await ask();
    } finally {
      record.latencyMs = this.#clock.monotonicMs() - startedMs;
    }
  }
}
