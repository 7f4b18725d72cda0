/** Timestamps on the wire: the three formats of the models, read strictly and written exactly. */
import type { TimestampFormat } from '../model/shapes.ts';

/** Milliseconds that a Date can hold on either side of 1970. */
const MS_MAX = 8.64e15;

/** Seconds since 1970, whole or with a fraction; undefined when out of a Date's range. */
export function dateOfSeconds(seconds: number): Date | undefined {
  const ms = Math.round(seconds * 1000);
  return Math.abs(ms) <= MS_MAX ? new Date(ms) : undefined;
}

const ISO8601 =
  /^(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?([Zz]|[+-]\d\d:?\d\d)$/;
const RFC822 =
  /^(?:[A-Z][a-z]{2}, )?(\d{1,2}) ([A-Z][a-z]{2}) (\d{4}) (\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))? (?:GMT|UTC|\+0000|Z)$/;
const SECONDS = /^-?\d{1,13}(?:\.\d{1,9})?$/;
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** Reads a timestamp's text; undefined when it is not one of the given format. */
export function parseTimestamp(text: string, format: TimestampFormat): Date | undefined {
  if (format === 'unixTimestamp')
    return SECONDS.test(text) ? dateOfSeconds(Number(text)) : undefined;
  return format === 'iso8601' ? parseIso8601(text) : parseRfc822(text);
}

function parseIso8601(text: string): Date | undefined {
  const [, year, month, day, hour, minute, second, fraction, zone] = ISO8601.exec(text) ?? [];
  if (zone === undefined) return undefined;
  const utc = fields(year, Number(month) - 1, day, hour, minute, second, fraction);
  return utc === undefined ? undefined : new Date(utc - offsetMs(zone));
}

function parseRfc822(text: string): Date | undefined {
  const [, day, month, year, hour, minute, second, fraction] = RFC822.exec(text) ?? [];
  if (month === undefined || !MONTHS.includes(month)) return undefined;
  const utc = fields(year, MONTHS.indexOf(month), day, hour, minute, second, fraction);
  return utc === undefined ? undefined : new Date(utc);
}

type Digits = string | undefined;

/** Milliseconds of a calendar time in UTC; undefined when there is no such day or hour. */
function fields(
  year: Digits,
  month: number,
  day: Digits,
  hour: Digits,
  minute: Digits,
  second: Digits,
  fraction: Digits,
): number | undefined {
  const date = new Date(0);
  date.setUTCFullYear(Number(year), month, Number(day));
  date.setUTCHours(Number(hour), Number(minute), Number(second));
  const exact =
    date.getUTCMonth() === month &&
    date.getUTCDate() === Number(day) &&
    date.getUTCHours() === Number(hour) &&
    date.getUTCMinutes() === Number(minute);
  return exact ? date.getTime() + Math.floor(Number(`0.${fraction ?? 0}`) * 1000) : undefined;
}

function offsetMs(zone: string): number {
  if (zone === 'Z' || zone === 'z') return 0;
  const digits = zone.replace(':', '');
  const minutes = Number(digits.slice(1, 3)) * 60 + Number(digits.slice(3, 5));
  return (zone[0] === '-' ? -minutes : minutes) * 60_000;
}

/** `2026-11-22T10:00:00Z`, with milliseconds only where there are some. */
function formatIso8601(date: Date): string {
  return date.toISOString().replace('.000Z', 'Z');
}

/** `Sun, 22 Nov 2026 10:00:00 GMT`. */
function formatRfc822(date: Date): string {
  return date.toUTCString();
}

/** Seconds since 1970, with a fraction where there are milliseconds. */
export function formatSeconds(date: Date): string {
  return String(date.getTime() / 1000);
}

export function formatTimestamp(date: Date, format: TimestampFormat): string {
  if (format === 'unixTimestamp') return formatSeconds(date);
  return format === 'iso8601' ? formatIso8601(date) : formatRfc822(date);
}
