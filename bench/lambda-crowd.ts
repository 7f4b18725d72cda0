/**
 * What do 1,000 idle environments cost? The time and the processor that a warm invocation takes in a Lambda
 * that has them beside one that has none, in turn; what all of them take while they are frozen; the memory of
 * a frozen Node.js environment.
 *
 * Each Lambda is a process, without HTTP in front of it. The crowd is a function for each environment, a custom
 * runtime in bash, isolated as functions are here.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { nodeEnvironment } from '../packages/brume/src/environment/node.ts';
import { EXECUTABLE, zip } from '../packages/brume/src/services/lambda/code/zip.fixture.ts';
import { createLambda } from '../packages/brume/src/services/lambda/service.ts';
import { processTree } from '../packages/brume/src/services/lambda/sandbox/process-tree.ts';
import { createMemoryBlobStore } from '../packages/brume/src/storage/blobs/memory-blob-store.ts';
import { createMemoryStore } from '../packages/brume/src/storage/memory/memory-store.ts';
import { ECHO } from './lambda-functions.ts';
import { median, report } from './measure.ts';

const CROWD = Number(process.env['BENCH_CROWD'] ?? 1000);
const NODE_FUNCTIONS = 10;
const ROUNDS = 41;
const INVOCATIONS = 200;
const AT_ONCE = 4;
/** For the last environments to be frozen. */
const REST_MS = 1000;
const IDLE_MS = 10_000;
const TICKS_PER_SECOND = 100;
const BASH = `#!/bin/bash
exec 3<>"/dev/tcp/\${AWS_LAMBDA_RUNTIME_API/://}"
root=/2018-06-01/runtime/invocation
receive() {
  while IFS= read -r -u 3 line && [ "$line" != $'\\r' ]; do
    line=\${line%$'\\r'}
    case \${line,,} in
      lambda-runtime-aws-request-id:*) id=\${line#*: } ;;
      content-length:*) length=\${line#*: } ;;
    esac
  done
  read -r -N "$length" -u 3 body
}
while :; do
  printf 'GET %s/next HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n' "$root" >&3
  receive
  printf 'POST %s/%s/response HTTP/1.1\\r\\nHost: a\\r\\nContent-Length: %d\\r\\n\\r\\n%s' \\
    "$root" "$id" "$length" "$body" >&3
  receive
done
`;

const ACCOUNT = '000000000000';
const CONTEXT = {
  ...{ accountId: ACCOUNT, region: 'us-east-1', baseUrl: 'http://127.0.0.1:4566' },
  caller: { accessKeyId: ACCOUNT, principalArn: `arn:aws:iam::${ACCOUNT}:root`, userId: ACCOUNT },
};

interface Round {
  readonly p50Ms: number;
  readonly processorMs: number;
}

/** Seconds of processor time that processes have had. */
function processorSeconds(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => {
    const fields = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ')[1]?.split(' ');
    return sum + (Number(fields?.[11]) + Number(fields?.[12])) / TICKS_PER_SECOND;
  }, 0);
}

function memoryMb(pid: number, field: RegExp): number {
  const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'latin1');
  return [...rollup.matchAll(field)].reduce((sum, [, kib]) => sum + Number(kib), 0) / 1024;
}

async function serve(crowd: number): Promise<void> {
  const environment = nodeEnvironment();
  const workFolder = await mkdtemp(join(tmpdir(), 'brume-crowd-'));
  const { service } = createLambda({
    store: createMemoryStore(),
    blobs: createMemoryBlobStore(environment),
    environment,
    log: { log() {} },
    workFolder,
    endpoint: () => CONTEXT.baseUrl,
    environmentsMax: crowd + NODE_FUNCTIONS + 1,
  });
  const call = (name: string, input: object) =>
    service.execute(name, input, { ...CONTEXT, requestId: environment.random.uuid() });
  const invoke = async (FunctionName: string) => {
    const { FunctionError, Payload } = (await call('Invoke', {
      ...{ FunctionName, Payload: Buffer.from('{}') },
    })) as { readonly FunctionError?: string; readonly Payload: Uint8Array };
    if (FunctionError !== undefined) throw new Error(Buffer.from(Payload).toString());
  };
  const gather = async (name: string, Runtime: string, files: Readonly<Record<string, string>>) => {
    const entries = Object.entries(files).map(([path, content]) => ({
      ...{ name: path, content, mode: EXECUTABLE },
    }));
    const [Role, Handler] = [`arn:aws:iam::${ACCOUNT}:role/bench`, 'index.handler'];
    const Code = { ZipFile: zip(entries) };
    await call('CreateFunction', { FunctionName: name, Runtime, Handler, Role, Code });
    await invoke(name);
  };
  await gather('echo', 'nodejs24.x', ECHO);
  for (let i = 0; i < (crowd > 0 ? NODE_FUNCTIONS : 0); i++) {
    await gather(`node${i}`, 'nodejs24.x', ECHO);
  }
  for (let i = 0; i < crowd; i += AT_ONCE) {
    const names = Array.from({ length: Math.min(AT_ONCE, crowd - i) }, (_, j) => `crowd${i + j}`);
    await Promise.all(names.map((name) => gather(name, 'provided.al2023', { bootstrap: BASH })));
  }
  const measure = async (): Promise<Round> => {
    const times: number[] = [];
    const before = process.cpuUsage();
    for (let i = 0; i < INVOCATIONS; i++) {
      const startedMs = performance.now();
      await invoke('echo');
      times.push(performance.now() - startedMs);
    }
    const { user, system } = process.cpuUsage(before);
    return { p50Ms: median(times), processorMs: (user + system) / 1000 / INVOCATIONS };
  };
  process.on('message', () => void measure().then((round) => process.send?.(round)));
  process.once('disconnect', () => {
    void service.close().then(() => rm(workFolder, { recursive: true, force: true }));
  });
  process.send?.('ready');
}

async function measured(lambda: ChildProcess): Promise<Round> {
  lambda.send('measure');
  const [round] = (await once(lambda, 'message')) as [Round];
  return round;
}

/** What a Lambda and its functions do while nothing is asked of them. */
async function idle({ pid = 0 }: ChildProcess) {
  await setTimeout(REST_MS);
  const [own = 0, ...frozen] = processTree(pid);
  const before = [processorSeconds([own]), processorSeconds(frozen)] as const;
  await setTimeout(IDLE_MS);
  const nodes = frozen.filter((one) =>
    readFileSync(`/proc/${one}/cmdline`, 'latin1').startsWith(process.execPath),
  );
  return {
    processes: frozen.length,
    ownProcessorSeconds: processorSeconds([own]) - before[0],
    frozenProcessorSeconds: processorSeconds(frozen) - before[1],
    frozenNodePssMb: median(nodes.map((one) => memoryMb(one, /^Pss:\s+(\d+)/gm))),
    frozenNodePrivateMb: median(nodes.map((one) => memoryMb(one, /^Private_\w+:\s+(\d+)/gm))),
  };
}

async function start(crowd: number): Promise<ChildProcess> {
  const lambda = fork(import.meta.filename, [String(crowd)]);
  await once(lambda, 'message');
  return lambda;
}

async function compare(): Promise<void> {
  const alone = await start(0);
  const crowded = await start(CROWD);
  const rounds: { readonly alone: Round; readonly crowded: Round }[] = [];
  for (let round = 0; round <= ROUNDS; round++) {
    const pair = {
      alone: await measured(alone),
      crowded: await measured(crowded),
    };
    if (round > 0) rounds.push(pair);
  }
  const rest = await idle(crowded);
  for (const lambda of [alone, crowded]) lambda.disconnect();
  report({
    bench: 'lambda-crowd',
    crowd: CROWD,
    aloneP50Ms: median(rounds.map((pair) => pair.alone.p50Ms)),
    crowdedP50Ms: median(rounds.map((pair) => pair.crowded.p50Ms)),
    ratio: median(rounds.map((pair) => pair.crowded.p50Ms / pair.alone.p50Ms)),
    aloneProcessorMs: median(rounds.map((pair) => pair.alone.processorMs)),
    crowdedProcessorMs: median(rounds.map((pair) => pair.crowded.processorMs)),
    idleSeconds: IDLE_MS / 1000,
    ...rest,
  });
}

const [crowd] = process.argv.slice(2);
if (crowd === undefined) await compare();
else await serve(Number(crowd));
