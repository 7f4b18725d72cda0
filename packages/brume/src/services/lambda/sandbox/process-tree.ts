/** The processes of a sandbox and their memory as Linux shows them; other systems show nothing here. */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

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

/**
 * Whether one of the processes holds the end `remote` of a connection on the loopback interface to the
 * port `local`. True where the system does not say.
 */
export function ownsConnection(
  pids: readonly number[],
  { local, remote }: { readonly local: number; readonly remote: number },
): boolean {
  const hex = (port: number) => port.toString(16).toUpperCase().padStart(4, '0');
  let connections: string;
  try {
    connections = readFileSync('/proc/net/tcp', 'latin1');
  } catch {
    // Not Linux.
    return true;
  }
  const ends = `0100007F:${hex(remote)} 0100007F:${hex(local)}`;
  const line = connections.split('\n').find((candidate) => candidate.includes(ends));
  const inode = line?.trim().split(/\s+/)[9];
  return inode !== undefined && pids.some((pid) => holds(pid, `socket:[${inode}]`));
}

function holds(pid: number, target: string): boolean {
  const folder = `/proc/${pid}/fd`;
  try {
    return readdirSync(folder).some((fd) => isLinkTo(`${folder}/${fd}`, target));
  } catch {
    // It has ended.
    return false;
  }
}

function isLinkTo(path: string, target: string): boolean {
  try {
    return readlinkSync(path) === target;
  } catch {
    // Closed meanwhile.
    return false;
  }
}

export function signalAll(
  pids: readonly number[],
  signal: 'SIGSTOP' | 'SIGCONT' | 'SIGTERM',
): void {
  for (const pid of pids) {
    try {
      process.kill(pid, signal);
    } catch {
      // It has ended.
    }
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
