/**
 * The lines that the platform writes around an invocation, as recorded from AWS 2025-11-24:
 * `START RequestId: <id> Version: $LATEST\n`, `END RequestId: <id>\n` and
 * `REPORT RequestId: <id>\tDuration: 3.01 ms\tBilled Duration: 4 ms\tMemory Size: 128 MB\t
 * Max Memory Used: 36 MB\tInit Duration: 110.10 ms\t\n`.
 */
export interface Report {
  readonly requestId: string;
  readonly durationMs: number;
  /** Present when the invocation had to wait for a new execution environment. */
  readonly initDurationMs?: number | undefined;
  readonly memorySizeMb: number;
  readonly memoryUsedMb: number;
  /** `timeout`, or `error` with a type, where the invocation did not end by itself. */
  readonly status?: ReportStatus | undefined;
}

export interface ReportStatus {
  readonly name: 'timeout' | 'error';
  readonly errorType?: string;
}

export function startLine(requestId: string, version: string): string {
  return `START RequestId: ${requestId} Version: ${version}\n`;
}

export function endLine(requestId: string): string {
  return `END RequestId: ${requestId}\n`;
}

export function reportLine(report: Report): string {
  const { requestId, durationMs, initDurationMs, memorySizeMb, memoryUsedMb, status } = report;
  // The time of initialisation is billed too since 2025-08.
  const billedMs = Math.ceil(durationMs + (initDurationMs ?? 0));
  const fields = [
    `REPORT RequestId: ${requestId}`,
    `Duration: ${durationMs.toFixed(2)} ms`,
    `Billed Duration: ${billedMs} ms`,
    `Memory Size: ${memorySizeMb} MB`,
    `Max Memory Used: ${memoryUsedMb} MB`,
  ];
  if (initDurationMs !== undefined) fields.push(`Init Duration: ${initDurationMs.toFixed(2)} ms`);
  if (status) fields.push(`Status: ${status.name}`);
  if (status?.errorType) fields.push(`Error Type: ${status.errorType}`);
  return `${fields.join('\t')}\t\n`;
}
