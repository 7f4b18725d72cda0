/** A Lambda on a memory store with real processes, for tests below HTTP. */
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { nodeEnvironment } from '../../environment/node.ts';
import type {
  CreateFunctionRequest,
  FunctionConfiguration,
  LambdaOperations,
} from '../../model/generated/lambda.types.ts';
import type { BlobStore } from '../../storage/blob-store.ts';
import { createMemoryBlobStore } from '../../storage/blobs/memory-blob-store.ts';
import { createMemoryStore } from '../../storage/memory/memory-store.ts';
import type { OrderedStore } from '../../storage/ordered-store.ts';
import { zipFiles } from './code/zip.fixture.ts';
import { createLambda, type Lambda, type LambdaDependencies } from './service.ts';

const ACCOUNT = '111111111111';
export const ROLE = `arn:aws:iam::${ACCOUNT}:role/r`;
export const ARN = `arn:aws:lambda:us-east-1:${ACCOUNT}:function`;

const CONTEXT = {
  accountId: ACCOUNT,
  region: 'us-east-1',
  caller: { accessKeyId: ACCOUNT, principalArn: `arn:aws:iam::${ACCOUNT}:root`, userId: ACCOUNT },
  baseUrl: 'http://127.0.0.1:4566',
};

/** Undefined stands for a member that is left out. */
export type Settings = { [Member in keyof CreateFunctionRequest]?: unknown };

export interface TestLambda extends Lambda {
  readonly logged: string[];
  readonly store: OrderedStore;
  readonly blobs: BlobStore;
  call<Name extends keyof LambdaOperations>(
    name: Name,
    input: LambdaOperations[Name]['input'],
  ): Promise<LambdaOperations[Name]['output']>;
  /** Creates a function from files; the handler is `index.handler`. */
  create(
    name: string,
    files: Record<string, string> | Buffer,
    settings?: Settings,
  ): Promise<FunctionConfiguration>;
  invoke(name: string, event?: unknown): Promise<Invocation>;
}

export interface Invocation {
  readonly payload: unknown;
  readonly functionError: string | undefined;
  readonly log: string;
  readonly version: string | undefined;
}

/** Surroundings other than the usual; what a second Lambda shares with a first. */
export interface Surroundings extends Partial<Omit<LambdaDependencies, 'log' | 'endpoint'>> {
  /** Where functions reach Brume; nobody need be there. */
  readonly endpoint?: string;
}

export async function startLambda(
  t: TestContext,
  { endpoint = CONTEXT.baseUrl, ...surroundings }: Surroundings = {},
): Promise<TestLambda> {
  const ownFolder = await mkdtemp(join(tmpdir(), 'brume-lambda-'));
  const logged: string[] = [];
  const {
    environment = nodeEnvironment(),
    store = createMemoryStore(),
    blobs = createMemoryBlobStore(environment),
    workFolder = ownFolder,
  } = surroundings;
  const lambda = createLambda({
    isolation: 'process',
    ...surroundings,
    store,
    blobs,
    environment,
    log: { log: (level, message) => logged.push(`${level} ${message}`) },
    workFolder,
    endpoint: () => endpoint,
  });
  t.after(async () => {
    await lambda.service.close();
    await rm(ownFolder, { recursive: true, force: true });
  });
  const call: TestLambda['call'] = async (name, input) => {
    const context = { ...CONTEXT, requestId: environment.random.uuid() };
    return (await lambda.service.execute(name, input, context)) as never;
  };
  return {
    ...lambda,
    logged,
    store,
    blobs,
    call,
    create: (name, files, settings = {}) =>
      call('CreateFunction', {
        FunctionName: name,
        Runtime: 'nodejs24.x',
        Handler: 'index.handler',
        Role: ROLE,
        Code: { ZipFile: Buffer.isBuffer(files) ? files : zipFiles(files) },
        ...settings,
      } as CreateFunctionRequest),
    async invoke(name, event = {}) {
      const Payload = Buffer.from(JSON.stringify(event));
      const result = await call('Invoke', { FunctionName: name, Payload, LogType: 'Tail' });
      return {
        payload: JSON.parse(Buffer.from(result.Payload ?? []).toString()),
        functionError: result.FunctionError,
        log: Buffer.from(result.LogResult ?? '', 'base64').toString(),
        version: result.ExecutedVersion,
      };
    },
  };
}

/** Whether a process is there and not a zombie that nobody has asked for its end. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  return (
    !existsSync(`/proc/${pid}/stat`) || !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  );
}

/** Waits for something that happens outside of this process. */
export async function until(
  condition: () => boolean | Promise<boolean>,
  limitMs = 30_000,
): Promise<void> {
  const deadlineMs = Date.now() + limitMs;
  while (!(await condition())) {
    if (Date.now() > deadlineMs) throw new Error('It did not happen');
    await setTimeout(5);
  }
}
