/**
 * What the platform says in a function's log: as lines, or as JSON of the levels that the function wants.
 * The JSON records are those of the Telemetry API (schema 2022-12-13).
 */
import type { VersionRecord } from '../function-record.ts';
import { endLine, reportLine, startLine, type Report } from './report.ts';

/** Each is an event of the log; undefined where the function does not want it. */
export interface PlatformLines {
  initStart(runtimeVersion: string): string | undefined;
  start(requestId: string): string | undefined;
  end(requestId: string): string | undefined;
  report(report: Report): string | undefined;
}

export function platformLines(
  functionName: string,
  version: VersionRecord,
  nowMs: () => number,
): PlatformLines {
  const { LogFormat } = version.settings.LoggingConfig;
  return LogFormat === 'JSON' ? new JsonLines(functionName, version, nowMs) : textLines(version);
}

function textLines({ version }: VersionRecord): PlatformLines {
  return {
    initStart: (runtimeVersion) => `INIT_START Runtime Version: ${runtimeVersion}\n`,
    start: (requestId) => startLine(requestId, version),
    end: endLine,
    report: reportLine,
  };
}

const LEVELS = ['DEBUG', 'INFO', 'WARN'] as const;
type Level = (typeof LEVELS)[number];

class JsonLines implements PlatformLines {
  readonly #functionName: string;
  readonly #version: VersionRecord;
  readonly #nowMs: () => number;

  constructor(functionName: string, version: VersionRecord, nowMs: () => number) {
    this.#functionName = functionName;
    this.#version = version;
    this.#nowMs = nowMs;
  }

  initStart(runtimeVersion: string): string | undefined {
    return this.#line('INFO', 'platform.initStart', {
      initializationType: 'on-demand',
      phase: 'init',
      runtimeVersion,
      functionName: this.#functionName,
      functionVersion: this.#version.version,
    });
  }

  start(requestId: string): string | undefined {
    return this.#line('INFO', 'platform.start', { requestId, version: this.#version.version });
  }

  /** There is no such event in JSON. */
  end(): undefined {
    return undefined;
  }

  report(report: Report): string | undefined {
    const { requestId, durationMs, initDurationMs, status } = report;
    return this.#line(status ? 'WARN' : 'INFO', 'platform.report', {
      requestId,
      metrics: {
        durationMs: rounded(durationMs),
        billedDurationMs: Math.ceil(durationMs + (initDurationMs ?? 0)),
        memorySizeMB: report.memorySizeMb,
        maxMemoryUsedMB: report.memoryUsedMb,
        ...(initDurationMs !== undefined && { initDurationMs: rounded(initDurationMs) }),
      },
      status: status?.name ?? 'success',
      ...(status?.errorType !== undefined && { errorType: status.errorType }),
    });
  }

  #line(level: Level, type: string, record: object): string | undefined {
    const wanted = this.#version.settings.LoggingConfig.SystemLogLevel ?? 'INFO';
    if (LEVELS.indexOf(level) < LEVELS.indexOf(wanted)) return undefined;
    const time = new Date(this.#nowMs()).toISOString();
    return `${JSON.stringify({ time, type, record })}\n`;
  }
}

function rounded(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}
