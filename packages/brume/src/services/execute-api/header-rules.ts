/** Which headers pass the gateway, and which texts can be headers at all (RFC 9110 §5). */

/** They concern one connection only, or the message's framing, which is made anew. */
const HOP_BY_HOP: ReadonlySet<string> = new Set([
  'connection',
  'expect',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

export function isHopByHop(lowerCaseName: string): boolean {
  return HOP_BY_HOP.has(lowerCaseName);
}

/** What an integration cannot decide about its answer: framing, and the gateway's own mark. */
export function isGatewayHeader(lowerCaseName: string): boolean {
  return (
    HOP_BY_HOP.has(lowerCaseName) ||
    lowerCaseName === 'content-length' ||
    lowerCaseName === 'apigw-requestid'
  );
}

export function isHeaderName(text: string): boolean {
  return /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(text);
}

/** Visible characters, spaces and tabs; no line ends, which would begin another header. */
export function isHeaderValue(text: string): boolean {
  // eslint-disable-next-line no-control-regex -- control characters are what is looked for
  return /^[\t\x20-\x7e\x80-\xff]*$/.test(text);
}
