/**
 * What does an invocation cost over an HTTP server that answers at once? Warm, through the public API,
 * a Node function that returns its event: the time of one after the other, how many fit in a second, and
 * how much of a processor Brume's own process takes for each.
 *
 * The bare server is `node:http` reading the body and answering the same bytes. Each is one process;
 * rounds alternate. `crowd` is the same while many functions are warm and frozen.
 */
import { readFileSync } from 'node:fs';
import { InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import { runLoad } from './http-load.ts';
import { createFunction, lambdaAt } from './lambda-functions.ts';
import { median, report } from './measure.ts';
import { startBrume, startEcho, type Server } from './servers.ts';

const ROUNDS = 3;
const SECONDS = 2;
/** In flight: more than one environment, fewer than the machine can hold. */
const CONNECTIONS = 4;
const CROWD = Number(process.env['BENCH_CROWD'] ?? 20);
const BODY = JSON.stringify({ text: 'hello' });
const TARGET_ABOVE_BARE_MS = 0.5;
const TARGET_PER_CORE = 5000;
const AUTHORIZATION =
  'AWS4-HMAC-SHA256 Credential=test/20261122/us-east-1/lambda/aws4_request, SignedHeaders=host, Signature=0';
/** Of the kernel's clock in `/proc/<pid>/stat`. */
const TICKS_PER_SECOND = 100;

async function measure(port: number, connections: number) {
  const request = Buffer.from(
    `POST /2015-03-31/functions/echo/invocations HTTP/1.1\r\nhost: 127.0.0.1\r\n` +
      `authorization: ${AUTHORIZATION}\r\ncontent-type: application/json\r\n` +
      `content-length: ${BODY.length}\r\n\r\n${BODY}`,
  );
  const result = await runLoad({ port, requests: [request], connections, seconds: SECONDS });
  if (result.failures) throw new Error(`${result.failures} requests failed`);
  return result;
}

/** Seconds of processor time that a process has had; NaN where the system does not say. */
function processorSeconds({ child }: Server): number {
  try {
    const fields = readFileSync(`/proc/${child.pid}/stat`, 'latin1').split(') ')[1]?.split(' ');
    return (Number(fields?.[11]) + Number(fields?.[12])) / TICKS_PER_SECOND;
  } catch {
    return NaN;
  }
}

/** Invocations for one second of a processor, when it is Brume's process that has it. */
async function perCore(brume: Server): Promise<number> {
  const before = processorSeconds(brume);
  const { perSecond } = await measure(brume.port, CONNECTIONS);
  return (perSecond * SECONDS) / (processorSeconds(brume) - before);
}

/** Makes functions warm, one environment each. They freeze when nobody calls them. */
async function gather(lambda: LambdaClient): Promise<void> {
  for (let i = 0; i < CROWD; i++) {
    await createFunction(lambda, `crowd${i}`);
    await lambda.send(new InvokeCommand({ FunctionName: `crowd${i}`, Payload: BODY }));
  }
}

const bare = await startEcho();
const brume = await startBrume({ memory: true });
try {
  const lambda = lambdaAt(brume.port);
  await createFunction(lambda, 'echo');
  await measure(brume.port, CONNECTIONS);
  const rounds = [];
  for (let round = 0; round < ROUNDS; round++) {
    rounds.push({
      bare: await measure(bare.port, 1),
      warm: await measure(brume.port, 1),
      many: await measure(brume.port, CONNECTIONS),
      perCore: await perCore(brume),
    });
  }
  const warmP50Ms = median(rounds.map(({ warm }) => warm.p50Ms));
  await gather(lambda);
  const crowd = await measure(brume.port, 1);
  report({
    bench: 'lambda-invoke',
    bareP50Ms: median(rounds.map(({ bare: { p50Ms } }) => p50Ms)),
    warmP50Ms,
    aboveBareMs: median(rounds.map(({ bare: echo, warm }) => warm.p50Ms - echo.p50Ms)),
    targetAboveBareMs: TARGET_ABOVE_BARE_MS,
    perSecond: median(rounds.map(({ many }) => many.perSecond)),
    inFlight: CONNECTIONS,
    perSecondAndCore: median(rounds.map((round) => round.perCore)),
    targetPerSecondAndCore: TARGET_PER_CORE,
    crowd: CROWD,
    crowdP50Ms: crowd.p50Ms,
  });
} finally {
  await bare.stop();
  await brume.stop();
}
