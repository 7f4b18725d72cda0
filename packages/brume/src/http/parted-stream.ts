/**
 * A stream that begins with a head, which eight NUL bytes end: how functions stream status and headers
 * before a body (AWS's `application/vnd.awslambda.http-integration-response`).
 */
const HEAD_END = Buffer.alloc(8);

export interface PartedStream {
  readonly head: Buffer;
  /** What came of the body with it. */
  readonly rest: Buffer;
}

/** Undefined, and the source closed, where no head comes within so many bytes. */
export async function readHead(
  source: AsyncIterator<Uint8Array>,
  bytesMax: number,
): Promise<PartedStream | undefined> {
  let received = Buffer.alloc(0);
  for (;;) {
    const end = received.indexOf(HEAD_END);
    if (end !== -1) {
      return { head: received.subarray(0, end), rest: received.subarray(end + HEAD_END.length) };
    }
    const { done, value } = await source.next();
    if (done || received.length > bytesMax) {
      await source.return?.();
      return undefined;
    }
    received = Buffer.concat([received, value]);
  }
}

/**
 * `first`, and then the source. Throws at the end where that was not all: the status is out already, and
 * only a broken connection tells the client so.
 */
export async function* readBody(
  source: AsyncIterator<Uint8Array>,
  first: Uint8Array,
  isWhole: () => Promise<boolean>,
): AsyncGenerator<Uint8Array> {
  try {
    if (first.length > 0) yield first;
    for (;;) {
      const { done, value } = await source.next();
      if (done) break;
      yield value;
    }
  } finally {
    await source.return?.();
  }
  if (!(await isWhole())) throw new Error('The function broke off its answer');
}
