/** The URL at which clients reach an address that a Brume listens on. */
export function endpointOf({ host, port }: { host: string; port: number }): string {
  // Unspecified addresses mean every interface; this machine is reached by loopback.
  const name = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
  return `http://${name.includes(':') ? `[${name}]` : name}:${port}`;
}
