/**
 * What share of a bare HTTP server's speed is left behind an HTTP API: before an endpoint that answers
 * at once (HTTP_PROXY), and before a Lambda function in a process of its own (AWS_PROXY, format 2.0)?
 *
 * The bare server is `node:http` reading the body and answering the same bytes; it is the endpoint, too.
 * Each is one process; rounds alternate.
 */
import { ApiGatewayV2Client, CreateApiCommand } from '@aws-sdk/client-apigatewayv2';
import { createEcho, measure, warmUp } from './echo-function.ts';
import { median, report } from './measure.ts';
import { startBrume, startEcho } from './servers.ts';

const ROUNDS = 3;

const CASES = [
  { name: 'HTTP_PROXY', target: 0.35 },
  { name: 'AWS_PROXY', target: 0.15 },
] as const;

async function main(): Promise<void> {
  const bare = await startEcho();
  const brume = await startBrume({ memory: true });
  try {
    const paths = await prepare(brume.port, bare.port);
    const rates: Record<string, number[]> = { bare: [], HTTP_PROXY: [], AWS_PROXY: [] };
    for (let round = 0; round < ROUNDS; round++) {
      rates['bare']?.push(await measure(bare.port, '/'));
      for (const { name } of CASES) rates[name]?.push(await measure(brume.port, paths[name]));
    }
    const bareRates = rates['bare'] ?? [];
    report({ bench: 'http-api', name: 'bare node:http', perSecond: median(bareRates) });
    for (const { name, target } of CASES) {
      const own = rates[name] ?? [];
      const ofBare = median(own.map((rate, round) => rate / (bareRates[round] ?? Number.NaN)));
      report({ bench: 'http-api', name, perSecond: median(own), ofBare, target });
    }
  } finally {
    await bare.stop();
    await brume.stop();
  }
}

/** One API before the bare server, one before a function: their paths. */
async function prepare(port: number, barePort: number) {
  const options = {
    region: 'us-east-1',
    endpoint: `http://127.0.0.1:${port}`,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  };
  const functionArn = await createEcho(options);
  const gateway = new ApiGatewayV2Client(options);
  const create = async (Name: string, Target: string | undefined) => {
    const { ApiId } = await gateway.send(
      new CreateApiCommand({ Name, ProtocolType: 'HTTP', Target }),
    );
    return `/_aws/execute-api/${ApiId}/`;
  };
  const paths = {
    HTTP_PROXY: await create('endpoint', `http://127.0.0.1:${barePort}/`),
    AWS_PROXY: await create('function', functionArn),
  };
  await warmUp(port, paths.AWS_PROXY);
  return paths;
}

await main();
