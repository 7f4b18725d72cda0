/** Dates in ISO 8601's basic format, as signatures have them: `20130524T000000Z`. */

const FORM = /^\d{4}(?:0[1-9]|1[0-2])\d\dT(?:[01]\d|2[0-3])[0-5]\d[0-5]\dZ$/;

/** Milliseconds since the epoch; undefined when the text is not such a date, or no real day. */
export function parseBasicDate(text: string): number | undefined {
  if (!FORM.test(text)) return undefined;
  const number = (start: number, end: number) => Number(text.slice(start, end));
  const day = number(6, 8);
  const midnightMs = Date.UTC(number(0, 4), number(4, 6) - 1, day);
  // Date.UTC carries over: a 30th of February comes back as another day.
  if (new Date(midnightMs).getUTCDate() !== day) return undefined;
  return midnightMs + (number(9, 11) * 3600 + number(11, 13) * 60 + number(13, 15)) * 1000;
}

export function formatBasicDate(timeMs: number): string {
  return new Date(timeMs).toISOString().replace(/[-:]|\.\d{3}/g, '');
}
