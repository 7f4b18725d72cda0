/** The processes of a sandbox and their memory as Linux shows them; other systems show nothing here. */
import { readdirSync, readFileSync } from 'node:fs';

const KIB_PER_MIB = 1024;
/** A tree of more is not looked through to its end. */
const PROCESSES_MAX = 4096;

/** A process and all that descend from it, itself first. */
export function processTree(pid: number): number[] {
  const found = [pid];
  for (let index = 0; index < found.length && found.length < PROCESSES_MAX; index++) {
    found.push(...childrenOf(found[index] ?? 0));
  }
  return found;
}

function childrenOf(pid: number): number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
      (readFileSync(`/proc/${pid}/task/${thread}/children`, 'latin1').match(/\d+/g) ?? []).map(
        Number,
      ),
    );
  } catch {
    // It has ended, or this is not Linux.
    return [];
  }
}

/** Memory that processes have for themselves, together, in MB. */
export function ownMemoryMb(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => sum + statusMb(pid, 'RssAnon'), 0);
}

/** The largest resident memory that one of the processes ever had, in MB. */
export function peakMemoryMb(pids: readonly number[]): number {
  return pids.reduce((peak, pid) => Math.max(peak, statusMb(pid, 'VmHWM')), 0);
}

function statusMb(pid: number, field: 'RssAnon' | 'VmHWM'): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'latin1');
    const kib = new RegExp(`^${field}:\\s*(\\d+) kB`, 'm').exec(status)?.[1] ?? 0;
    return Math.ceil(Number(kib) / KIB_PER_MIB);
  } catch {
    // It has ended, or this is not Linux.
    return 0;
  }
}
