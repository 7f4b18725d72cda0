/** `brume env`: shell lines that point AWS's SDKs, CLI and tools at Brume. */
import { CredentialStore } from '../auth/credentials.ts';
import { ConfigError, endpointOf } from '../config.ts';
import type { Config } from '../config.ts';
import { nodeEnvironment } from '../environment/node.ts';
import { print } from './output.ts';

export async function env(config: Config): Promise<number> {
  print(exportLines(clientVariables(config, await clientKey(config))).join(''));
  return 0;
}

/** What a client of this configuration's Brume signs with. */
export async function clientKey(config: Config): Promise<RootKey> {
  return config.auth === 'enforce' ? rootOf(config) : ANY_KEY;
}

export interface RootKey {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** Where any credentials are accepted, `test` will do: the SDKs only want some to be there. */
const ANY_KEY: RootKey = { accessKeyId: 'test', secretAccessKey: 'test' };

/** Variables that every AWS SDK and tool reads. */
export function clientVariables(config: Config, root: RootKey = ANY_KEY): Record<string, string> {
  return {
    AWS_ENDPOINT_URL: endpointOf(config),
    AWS_ACCESS_KEY_ID: root.accessKeyId,
    AWS_SECRET_ACCESS_KEY: root.secretAccessKey,
    AWS_REGION: config.region,
    AWS_DEFAULT_REGION: config.region,
  };
}

/** The same as lines for a shell. */
export function exportLines(variables: Readonly<Record<string, string>>): string[] {
  return Object.entries(variables).map(([name, value]) => `export ${name}=${value}\n`);
}

async function rootOf({ dataFolder }: Config): Promise<RootKey> {
  const environment = nodeEnvironment();
  if (!(await CredentialStore.isKeptIn(dataFolder, environment))) {
    throw new ConfigError(`There are no credentials in ${dataFolder} yet: start Brume there once.`);
  }
  return (await CredentialStore.open(dataFolder, environment)).root;
}
