/** An item with one value as the checker of linearizability sees it: what each operation does to it. */
import type { Model } from './linearizability.ts';

export type RegisterRequest =
  | { readonly type: 'get' }
  | { readonly type: 'put'; readonly value: string }
  | { readonly type: 'delete' }
  /** Becomes `value` if it is `expected`. */
  | { readonly type: 'update'; readonly expected: string; readonly value: string };

export interface RegisterAnswer {
  /** The value that was seen before the operation; '' for no item, undefined where it was not told. */
  readonly seen: string | undefined;
  /** Whether the condition held. */
  readonly applied: boolean;
}

/** The state is the value; no item is the empty text. */
export const register: Model<RegisterRequest, RegisterAnswer> = {
  initial: '',
  next(state, request, answer) {
    if (answer?.seen !== undefined && answer.seen !== state) return undefined;
    if (request.type === 'get') return state;
    if (request.type === 'put') return request.value;
    if (request.type === 'delete') return '';
    const holds = state === request.expected;
    if (answer !== undefined && answer.applied !== holds) return undefined;
    return holds ? request.value : state;
  },
};
