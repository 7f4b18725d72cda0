/**
 * What a service is: a model and, for every operation of that model, an implementation or the reason
 * why there is none. The table's type makes forgetting an operation a compile error, and the
 * compatibility page is printed from it.
 */
import type { ServiceModel } from '../model/shapes.ts';
import { AwsError } from '../model/aws-error.ts';
import type { Violation } from '../model/violation.ts';

/** What an operation may know of the request beside its input. */
export interface RequestContext {
  /** 12-digit account that the caller acts in. */
  readonly accountId: string;
  readonly region: string;
  readonly requestId: string;
  /** Who calls: the access key, and its principal's ARN. Anonymous when not signed. */
  readonly caller: Caller;
  /** Scheme, host and port that the client used, for URLs in answers: `http://127.0.0.1:4566`. */
  readonly baseUrl: string;
  /** The client's `X-Amzn-Trace-Id`: SDKs that run in functions pass on the one they were given. */
  readonly traceId?: string | undefined;
  /** Aborted when the client is gone. */
  readonly signal?: AbortSignal | undefined;
}

export interface Caller {
  readonly accessKeyId: string;
  readonly principalArn: string;
  readonly userId: string;
}

/** Types of all operations of a service, as generated: name → input and output. */
export type OperationTypes = Record<string, { input: unknown; output: unknown }>;

/** Runs one operation on a service's state. Input is decoded and valid by the model. */
export type Operation<State, Input, Output> = (
  state: State,
  input: Input,
  context: RequestContext,
) => Output | Promise<Output>;

/** Says that an operation of the model is not there, and why, in words for the user. */
export interface Unsupported {
  readonly unsupported: string;
}

export function unsupported(reason: string): Unsupported {
  return { unsupported: reason };
}

/** The dispatch table of a service: exhaustive over the model's operations. */
export type OperationTable<State, Types> = {
  readonly [Name in keyof Types]: Types[Name] extends { input: infer Input; output: infer Output }
    ? Operation<State, Input, Output> | Unsupported
    : never;
};

/** Undefined for violations that the service words as AWS usually does. */
export type InvalidInput = (
  operationName: string,
  violations: readonly Violation[],
) => AwsError | undefined;

/** A service as the dispatcher sees it. */
export interface Service {
  readonly model: ServiceModel;
  execute(operationName: string, input: unknown, context: RequestContext): Promise<unknown>;
  /**
   * The error for input that breaks constraints of the model, where the service words it in a way
   * of its own; AWS's usual `N validation errors detected: …` where absent.
   */
  readonly invalidInput?: InvalidInput | undefined;
  /** Reason why an operation is not there, or undefined when it is. */
  unsupportedReason(operationName: string): string | undefined;
  close(): Promise<void>;
}

/** Ties a model, a dispatch table and the state its operations work on into a service. */
export function defineService<State, Types>(definition: {
  readonly model: ServiceModel;
  readonly operations: OperationTable<State, Types>;
  readonly state: State;
  readonly invalidInput?: InvalidInput;
  readonly close?: () => Promise<void>;
}): Service {
  const { model, state } = definition;
  const table = definition.operations as Readonly<
    Record<string, Operation<State, unknown, unknown> | Unsupported>
  >;
  const entry = (operationName: string) =>
    Object.hasOwn(table, operationName) ? table[operationName] : undefined;
  return {
    model,
    invalidInput: definition.invalidInput,
    async execute(operationName, input, context) {
      const operation = entry(operationName);
      if (typeof operation !== 'function') {
        throw notSupported(model.metadata.serviceId, operationName, operation?.unsupported);
      }
      return operation(state, input, context);
    },
    unsupportedReason(operationName) {
      const operation = entry(operationName);
      return typeof operation === 'function' ? undefined : (operation?.unsupported ?? 'unknown');
    },
    async close() {
      await definition.close?.();
    },
  };
}

/** 501, so that no SDK retries it and no caller takes it for an answer of AWS. */
function notSupported(serviceId: string, operationName: string, reason = 'not in the model') {
  return new AwsError({
    code: 'NotImplemented',
    status: 501,
    message: `Brume does not support ${serviceId} ${operationName} yet: ${reason}.`,
  });
}
