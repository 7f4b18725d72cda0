/**
 * What the platform tells of an execution environment, each as the record of the Telemetry API (schema
 * 2022-12-13, docs.aws.amazon.com/lambda/latest/dg/telemetry-schema-reference.html) and as the line of
 * a text log, where there is one.
 */
import { endLine, reportLine, startLine, type Report, type ReportStatus } from './report.ts';

export type Level = 'DEBUG' | 'INFO' | 'WARN';

export interface PlatformEvent {
  readonly type: `platform.${string}`;
  /** From which level on a log in JSON has it. */
  readonly level: Level;
  readonly record: Readonly<Record<string, unknown>>;
  /** As it is in a log in text. */
  readonly text: string | undefined;
}

export interface Subscription {
  readonly api: 'logs' | 'telemetry';
  readonly name: string;
  readonly types: readonly string[];
}

const INITIALIZATION = { initializationType: 'on-demand', phase: 'init' } as const;

/** Events of the environments of one version of a function. */
export class PlatformEvents {
  readonly #functionName: string;
  readonly #version: string;

  constructor(functionName: string, version: string) {
    this.#functionName = functionName;
    this.#version = version;
  }

  initStart(runtimeVersion: string): PlatformEvent {
    const record = {
      ...INITIALIZATION,
      runtimeVersion,
      functionName: this.#functionName,
      functionVersion: this.#version,
    };
    const text = `INIT_START Runtime Version: ${runtimeVersion}\n`;
    return { type: 'platform.initStart', level: 'INFO', record, text };
  }

  initRuntimeDone(status: ReportStatus | undefined): PlatformEvent {
    const record = { ...INITIALIZATION, ...statusRecord(status) };
    const level = levelOf(status, 'DEBUG');
    return { type: 'platform.initRuntimeDone', level, record, text: undefined };
  }

  /** A text log has it when the initialisation did not succeed: that is how AWS's users quote it. */
  initReport(durationMs: number, status: ReportStatus | undefined): PlatformEvent {
    const metrics = { durationMs: rounded(durationMs) };
    const record = { ...INITIALIZATION, ...statusRecord(status), metrics };
    const error = status?.errorType === undefined ? '' : `\tError Type: ${status.errorType}`;
    const text =
      status &&
      `INIT_REPORT Init Duration: ${durationMs.toFixed(2)} ms\tPhase: init\tStatus: ${status.name}${error}\n`;
    return { type: 'platform.initReport', level: levelOf(status, 'DEBUG'), record, text };
  }

  /** Brume's own: for the function's log alone. */
  warning(message: string): PlatformEvent {
    const text = `[WARN] ${message}\n`;
    return { type: 'platform.warning', level: 'WARN', record: { message }, text };
  }

  start(requestId: string): PlatformEvent {
    const version = this.#version;
    const text = startLine(requestId, version);
    return { type: 'platform.start', level: 'INFO', record: { requestId, version }, text };
  }

  runtimeDone(
    requestId: string,
    metrics: { readonly durationMs: number; readonly producedBytes: number },
    status: ReportStatus | undefined,
  ): PlatformEvent {
    const { durationMs, producedBytes } = metrics;
    const record = {
      requestId,
      ...statusRecord(status),
      metrics: { durationMs: rounded(durationMs), producedBytes },
    };
    const level = levelOf(status, 'DEBUG');
    return { type: 'platform.runtimeDone', level, record, text: undefined };
  }

  /** Known to text logs and the Logs API. */
  end(requestId: string): PlatformEvent {
    return { type: 'platform.end', level: 'INFO', record: { requestId }, text: endLine(requestId) };
  }

  report(report: Report): PlatformEvent {
    const { requestId, durationMs, initDurationMs, status } = report;
    const record = {
      requestId,
      metrics: {
        durationMs: rounded(durationMs),
        billedDurationMs: Math.ceil(durationMs + (initDurationMs ?? 0)),
        memorySizeMB: report.memorySizeMb,
        maxMemoryUsedMB: report.memoryUsedMb,
        ...(initDurationMs !== undefined && { initDurationMs: rounded(initDurationMs) }),
      },
      ...statusRecord(status),
    };
    const level = levelOf(status, 'INFO');
    return { type: 'platform.report', level, record, text: reportLine(report) };
  }

  /** `EXTENSION\tName: AppConfigAgent\tState: Ready\tEvents: [INVOKE, SHUTDOWN]` (AWS, 2024-08). */
  extension(name: string, state: string, events: readonly string[]): PlatformEvent {
    const text = `EXTENSION\tName: ${name}\tState: ${state}\tEvents: [${events.join(', ')}]\n`;
    const record = { name, state, events };
    return { type: 'platform.extension', level: 'INFO', record, text };
  }

  /** `TELEMETRY\tName: datadog-agent\tState: Subscribed\tTypes: [Platform, Function]` (AWS, 2023-02). */
  subscription({ api, name, types }: Subscription): PlatformEvent {
    const state = 'Subscribed';
    const words = types.map((type) => type.charAt(0).toUpperCase() + type.slice(1)).join(', ');
    const label = api === 'logs' ? 'LOGS' : 'TELEMETRY';
    const text = `${label}\tName: ${name}\tState: ${state}\tTypes: [${words}]\n`;
    const record = { name, state, types };
    return { type: `platform.${api}Subscription`, level: 'INFO', record, text };
  }
}

function statusRecord(status: ReportStatus | undefined) {
  const { name = 'success', errorType } = status ?? {};
  return { status: name, ...(errorType !== undefined && { errorType }) };
}

function levelOf(status: ReportStatus | undefined, level: Level): Level {
  return status ? 'WARN' : level;
}

function rounded(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}
