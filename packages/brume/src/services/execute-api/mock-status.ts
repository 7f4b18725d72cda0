/** The status that the template of a MOCK integration names. */

/**
 * AWS reads JSON that is hardly any: `{statusCode: 200}` is what CDK writes, and templates leave commas
 * behind. All that counts is the member's number.
 */
const STATUS_CODE = /(?:^|[{,\s])["']?statusCode["']?\s*:\s*["']?(\d+)["']?\s*(?=[,}\s]|$)/;

/** Undefined where the text names none. */
export function mockStatus(text: string): number | undefined {
  const status = statusOfJson(text) ?? Number(STATUS_CODE.exec(text)?.[1] ?? Number.NaN);
  return Number.isInteger(status) ? status : undefined;
}

function statusOfJson(text: string): number | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || !('statusCode' in value)) return undefined;
    const { statusCode } = value;
    return typeof statusCode === 'number' || typeof statusCode === 'string'
      ? Number(statusCode)
      : undefined;
  } catch {
    // No JSON: the lax way.
    return undefined;
  }
}
