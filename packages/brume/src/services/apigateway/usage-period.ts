/** The days and periods of quotas, in UTC: days are counted from 1970-01-01. */
import type { PeriodOf } from './port.ts';

const DAY_MS = 24 * 3600 * 1000;

/** A period is named by its first day. That weeks begin on Mondays is unverified. */
export const PERIODS: Readonly<Record<'DAY' | 'WEEK' | 'MONTH', PeriodOf>> = {
  DAY: (day) => day,
  // 1970-01-01 was a Thursday.
  WEEK: (day) => day - ((day + 3) % 7),
  MONTH: (day) => day - new Date(day * DAY_MS).getUTCDate() + 1,
};

export function dayAt(timeMs: number): number {
  return Math.floor(timeMs / DAY_MS);
}

/** `2026-11-22`; undefined for any other text. */
export function parseDay(text: string): number | undefined {
  const timeMs = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : NaN;
  return Number.isNaN(timeMs) ? undefined : dayAt(timeMs);
}

export function dayText(day: number): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10);
}
