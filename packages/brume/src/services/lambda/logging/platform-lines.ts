/** What of the platform's events a function's log has: lines of text, or JSON of the levels it wants. */
import type { LogSettings } from '../function-record.ts';
import type { Level, PlatformEvent } from './platform-events.ts';

const LEVELS: readonly Level[] = ['DEBUG', 'INFO', 'WARN'];

/** The event of the log for one of the platform; undefined where the function does not want it. */
export type PlatformLine = (event: PlatformEvent, nowMs: number) => string | undefined;

export function platformLine({ LogFormat, SystemLogLevel = 'INFO' }: LogSettings): PlatformLine {
  if (LogFormat !== 'JSON') return ({ text }) => text;
  const wanted = LEVELS.indexOf(SystemLogLevel);
  return ({ type, level, record }, nowMs) => {
    // There is no such event in JSON.
    if (type === 'platform.end' || LEVELS.indexOf(level) < wanted) return undefined;
    return `${JSON.stringify({ time: new Date(nowMs).toISOString(), type, record })}\n`;
  };
}
