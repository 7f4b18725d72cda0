/** `brume status`: asks the Brume at an address how it is. */
import { endpointOf } from '../config.ts';
import type { Config } from '../config.ts';
import { print, printError } from './output.ts';

const TIMEOUT_MS = 3000;

export async function status(config: Config): Promise<number> {
  const endpoint = endpointOf(config);
  let health: Record<string, unknown>;
  try {
    const response = await fetch(`${endpoint}/_brume/health`, {
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    health = (await response.json()) as Record<string, unknown>;
  } catch {
    printError(`no Brume answers at ${endpoint}. Start one with: brume start`);
    return 1;
  }
  if (health['name'] !== 'brume') {
    printError(`something else than Brume answers at ${endpoint}.`);
    return 1;
  }
  print(`Brume ${String(health['version'])} is running at ${endpoint}\n`);
  for (const name of ['region', 'account', 'auth', 'data', 'services'] as const) {
    const value = health[name];
    print(`  ${name.padEnd(9)} ${Array.isArray(value) ? value.join(', ') : String(value)}\n`);
  }
  return 0;
}
