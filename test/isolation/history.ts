/**
 * What concurrent clients asked and were told, with the order of the askings and the answers: all that
 * a checker may know. Times are places in one count of events, so no two are the same.
 */

export interface Call<Request, Answer> {
  readonly client: string;
  readonly request: Request;
  readonly invokedAt: number;
  /** When the client knew, or gave up; nothing that was given up happens after that. */
  readonly endedAt: number;
  /** Undefined where the client never learned whether it happened. */
  readonly answer: Answer | undefined;
}

/** What a client knows in the end. What was refused did not happen, and is not recorded. */
export type Known<Answer> =
  | { readonly type: 'answered'; readonly answer: Answer }
  | { readonly type: 'refused' }
  | { readonly type: 'unknown' };

export class Recorder<Request, Answer> {
  readonly calls: Call<Request, Answer>[] = [];
  #events = 0;

  async record(
    client: string,
    request: Request,
    perform: () => Promise<Known<Answer>>,
  ): Promise<Answer | undefined> {
    const invokedAt = this.#events++;
    const known = await perform();
    const endedAt = this.#events++;
    if (known.type === 'refused') return undefined;
    const answer = known.type === 'answered' ? known.answer : undefined;
    this.calls.push({ client, request, invokedAt, endedAt, answer });
    return answer;
  }
}
