/** Dates in ISO 8601's basic format, as signatures have them: `20130524T000000Z`. */

const FORM = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/;

/** Milliseconds since the epoch; undefined when the text is not such a date, or no real day. */
export function parseBasicDate(text: string): number | undefined {
  const parts = FORM.exec(text);
  if (!parts) return undefined;
  const [year, month, day, hour, minute, second] = parts.slice(1).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const timeMs = Date.UTC(year, month - 1, day, hour, minute, second);
  // Date.UTC carries over: what does not come back the same was no date.
  return formatBasicDate(timeMs) === text ? timeMs : undefined;
}

export function formatBasicDate(timeMs: number): string {
  return new Date(timeMs).toISOString().replace(/[-:]|\.\d{3}/g, '');
}
