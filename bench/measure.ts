/** Medians, what a process holds, and the one line that each result is printed as. */
import { readFile } from 'node:fs/promises';

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** Three significant digits: more would claim a precision that the machine does not have. */
export function rounded(value: number): number {
  return Number(value.toPrecision(3));
}

export function report(result: Readonly<Record<string, string | number>>): void {
  const entries = Object.entries(result).map(([name, value]) => [
    name,
    typeof value === 'number' ? rounded(value) : value,
  ]);
  console.log(JSON.stringify(Object.fromEntries(entries)));
}

/** What a process holds in memory; not a number where the system is not Linux. */
export async function residentMegabytes(pid: number | undefined): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024;
}
