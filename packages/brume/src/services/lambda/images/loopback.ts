/** Which names are this machine's own. */

const OWN =
  /^(?:(?:.+\.)?localhost\.?|127(?:\.\d+){3}|0\.0\.0\.0|\[::(?:1|ffff:7f[\da-f]{2}:[\da-f]+|ffff:0:0)?\])$/;

/** `host` may have a port, and brackets around an address of version 6. It must be one of a URL. */
export function isLoopbackHost(host: string): boolean {
  // Addresses have many forms, and a URL has one of each.
  return OWN.test(new URL(`https://${host}`).hostname);
}
