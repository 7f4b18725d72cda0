/** Reads what strace saw a process do to the files of a database, in the order in which it was done. */
import { basename } from 'node:path';

export type Call =
  | { readonly type: 'write'; readonly file: string; readonly at: number; readonly bytes: Buffer }
  | { readonly type: 'truncate'; readonly file: string; readonly length: number }
  | { readonly type: 'unlink'; readonly file: string }
  /** `id` joins the end of a sync to its start; only what was written before the start is covered. */
  | { readonly type: 'sync-start' | 'sync-end'; readonly file: string; readonly id: string }
  | { readonly type: 'print'; readonly text: string };

/** The calls to record. */
export const CALLS = 'openat,close,pwrite64,write,fdatasync,fsync,ftruncate,unlink';

const STANDARD_OUTPUT = 1;

/** `recording` is strace's output with `-f -xx`; files are called by the last part of their path. */
export function* readCalls(recording: string): Generator<Call> {
  const files = new Map<number, string>();
  /** By thread: the call that has been begun. */
  const begun = new Map<string, string>();
  for (const line of recording.split('\n')) {
    const [, thread = '', seen = ''] = /^(\d+) +(.*)$/.exec(line) ?? [];
    let call = seen;
    if (seen.endsWith('<unfinished ...>')) {
      call = seen.slice(0, -'<unfinished ...>'.length);
      begun.set(thread, call);
      yield* syncs('sync-start', call, thread, files);
      continue;
    }
    const resumed = /^<\.\.\. \w+ resumed>(.*)$/.exec(seen);
    if (resumed === null) yield* syncs('sync-start', call, thread, files);
    else call = (begun.get(thread) ?? '') + (resumed[1] ?? '');
    yield* readCall(call, files);
    yield* syncs('sync-end', call, thread, files);
  }
}

function* readCall(call: string, files: Map<number, string>): Generator<Call> {
  const [, name = '', listed = '', answer = ''] = /^(\w+)\((.*)\) += (-?\d+)/.exec(call) ?? [];
  const result = Number(answer);
  if (result < 0) return;
  const parts = listed.split(', ');
  const [first = '', second = '', third = '', fourth = ''] = parts;
  const file = files.get(Number(first)) ?? '';
  if (name === 'openat') files.set(result, basename(unquote(second).toString()));
  else if (name === 'close') files.delete(Number(first));
  else if (name === 'unlink') yield { type: 'unlink', file: basename(unquote(first).toString()) };
  else if (name === 'ftruncate') yield { type: 'truncate', file, length: Number(second) };
  else if (name === 'pwrite64') {
    const bytes = unquote(second);
    if (bytes.length !== Number(third)) throw new Error('strace did not record all bytes');
    yield { type: 'write', file, at: Number(fourth), bytes };
  } else if (name === 'write' && Number(first) === STANDARD_OUTPUT) {
    yield { type: 'print', text: unquote(second).toString() };
  }
}

function* syncs(
  type: 'sync-start' | 'sync-end',
  call: string,
  thread: string,
  files: ReadonlyMap<number, string>,
): Generator<Call> {
  const [, descriptor] = /^(?:fsync|fdatasync)\((\d+)/.exec(call) ?? [];
  if (descriptor === undefined) return;
  const file = files.get(Number(descriptor)) ?? '';
  yield { type, file, id: `${thread} ${descriptor}` };
}

/** strace writes every byte as `\x..`. */
function unquote(text: string): Buffer {
  return Buffer.from(text.replaceAll(/["]|\\x/g, ''), 'hex');
}
