/** `brume env`: shell lines that point AWS's SDKs, CLI and tools at Brume. */
import { CredentialStore } from '../auth/credentials.ts';
import { ConfigError, endpointOf } from '../config.ts';
import type { Config } from '../config.ts';
import { nodeEnvironment } from '../environment/node.ts';
import { authorityFile } from '../http/tls/authority.ts';
import { tlsPathOf } from '../storage/data-folder.ts';
import { print } from './output.ts';

export async function env(config: Config): Promise<number> {
  const variables = clientVariables(config, await clientKey(config), await keptAuthority(config));
  print(exportLines(variables).join(''));
  return 0;
}

/** Undefined before the first start, which makes it. */
async function keptAuthority({ dataFolder }: Config): Promise<string | undefined> {
  const file = authorityFile(tlsPathOf(dataFolder));
  return (await nodeEnvironment().disk.sizeBytes(file)) === undefined ? undefined : file;
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

/** Variables that every AWS SDK and tool reads; and what Node needs for https. */
export function clientVariables(
  config: Config,
  root: RootKey = ANY_KEY,
  authority?: string,
): Record<string, string> {
  return {
    AWS_ENDPOINT_URL: endpointOf(config),
    AWS_ACCESS_KEY_ID: root.accessKeyId,
    AWS_SECRET_ACCESS_KEY: root.secretAccessKey,
    AWS_REGION: config.region,
    AWS_DEFAULT_REGION: config.region,
    ...(authority !== undefined && { NODE_EXTRA_CA_CERTS: authority }),
  };
}

/** The same as lines for a shell. */
export function exportLines(variables: Readonly<Record<string, string>>): string[] {
  return Object.entries(variables).map(([name, value]) => `export ${name}=${quoted(value)}\n`);
}

/** Folders may have names that mean something to a shell. */
function quoted(value: string): string {
  return /^[\w@%+=:,./-]+$/.test(value) ? value : `'${value.replaceAll("'", "'\\''")}'`;
}

async function rootOf({ dataFolder }: Config): Promise<RootKey> {
  const environment = nodeEnvironment();
  if (!(await CredentialStore.isKeptIn(dataFolder, environment))) {
    throw new ConfigError(`There are no credentials in ${dataFolder} yet: start Brume there once.`);
  }
  return (await CredentialStore.open(dataFolder, environment)).root;
}
