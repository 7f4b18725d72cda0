/** The Brume that a command speaks to: where it was told to, else where the shell's variables point. */
import { resolveConfig } from '../config.ts';
import type { Config } from '../config.ts';

type Variables = Readonly<Record<string, string | undefined>>;

export function runningConfig(said: Partial<Config>, variables: Variables): Config {
  const { AWS_ENDPOINT_URL: endpoint, AWS_REGION: region } = variables;
  const config = resolveConfig({ ...(region && { region }), ...said });
  const isTold = said.port !== undefined || said.host !== undefined;
  if (isTold || !endpoint || !URL.canParse(endpoint)) return config;
  const { hostname, port, protocol } = new URL(endpoint);
  const host = hostname.replace(/^\[|\]$/g, '');
  return { ...config, host, port: Number(port || (protocol === 'https:' ? 443 : 80)) };
}
