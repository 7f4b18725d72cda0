/** The status that the template of a MOCK integration names. */
import { jsonFields } from './json-fields.ts';

/**
 * AWS reads JSON that is hardly any: `{statusCode: 200}` is what CDK writes, and templates leave commas
 * behind. All that counts is the member's number.
 */
const STATUS_CODE = /(?:^|[{,\s])["']?statusCode["']?\s*:\s*["']?(\d+)["']?\s*(?=[,}\s]|$)/;

/** Undefined where the text names none. */
export function mockStatus(text: string): number | undefined {
  const stated = jsonFields(text)?.['statusCode'];
  const status = statusOf(stated) ?? Number(STATUS_CODE.exec(text)?.[1] ?? Number.NaN);
  return Number.isInteger(status) ? status : undefined;
}

function statusOf(stated: unknown): number | undefined {
  return typeof stated === 'number' || typeof stated === 'string' ? Number(stated) : undefined;
}
