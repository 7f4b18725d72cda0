/**
 * What share of a bare HTTP server's speed is left behind a REST API: a MOCK with templates, an endpoint
 * that answers at once (HTTP_PROXY), a Lambda function in a process of its own (AWS_PROXY)?
 *
 * Each server is a process of its own; rounds alternate.
 */
import {
  APIGatewayClient,
  CreateDeploymentCommand,
  CreateResourceCommand,
  CreateRestApiCommand,
  PutIntegrationCommand,
  PutIntegrationResponseCommand,
  PutMethodCommand,
} from '@aws-sdk/client-api-gateway';
import { createEcho, measure, measureP99, warmUp } from './echo-function.ts';
import { median, report } from './measure.ts';
import { startBrume, startEcho } from './servers.ts';

const ROUNDS = 3;

/** At this many requests per second a stage may add so much to the slowest hundredth. */
const CALM_PER_SECOND = 1_000;
const ADDED_P99_MS_MAX = 2;

const TARGETS = { MOCK: 0.4, HTTP_PROXY: 0.35, AWS_PROXY: 0.15 } as const;
type Name = keyof typeof TARGETS;
const NAMES = Object.keys(TARGETS) as Name[];

async function main(): Promise<void> {
  const bare = await startEcho();
  const brume = await startBrume({ memory: true });
  try {
    const paths = await prepare(brume.port, bare.port);
    const rates: Record<Name, number[]> = { MOCK: [], HTTP_PROXY: [], AWS_PROXY: [] };
    const bareRates: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      bareRates.push(await measure(bare.port, '/'));
      for (const name of NAMES) rates[name].push(await measure(brume.port, paths[name]));
    }
    report({ bench: 'rest-api', name: 'bare node:http', perSecond: median(bareRates) });
    for (const name of NAMES) {
      const ofBare = median(rates[name].map((each, round) => each / (bareRates[round] ?? 0)));
      const perSecond = median(rates[name]);
      report({ bench: 'rest-api', name, perSecond, ofBare, target: TARGETS[name] });
    }
    await reportCalm(bare.port, brume.port, paths);
  } finally {
    await bare.stop();
    await brume.stop();
  }
}

async function reportCalm(
  barePort: number,
  port: number,
  paths: Readonly<Record<Name, string>>,
): Promise<void> {
  const added: Record<Name, number[]> = { MOCK: [], HTTP_PROXY: [], AWS_PROXY: [] };
  for (let round = 0; round < ROUNDS; round++) {
    const bareMs = await measureP99(barePort, '/', CALM_PER_SECOND);
    for (const name of NAMES) {
      added[name].push((await measureP99(port, paths[name], CALM_PER_SECOND)) - bareMs);
    }
  }
  for (const name of NAMES) {
    const addedP99Ms = median(added[name]);
    report({ bench: 'rest-api', name: `${name}, calm`, addedP99Ms, target: ADDED_P99_MS_MAX });
  }
}

const TEMPLATE = `#set($inputRoot = $input.path('$'))
{ "statusCode": 200, "id": "$context.requestId", "path": "$context.resourcePath", "text": $input.json('$.text') }`;

/** One API with a resource for each: their paths. */
async function prepare(port: number, barePort: number): Promise<Record<Name, string>> {
  const options = {
    region: 'us-east-1',
    endpoint: `http://127.0.0.1:${port}`,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  };
  const functionArn = await createEcho(options);
  const client = new APIGatewayClient(options);
  const api = await client.send(new CreateRestApiCommand({ name: 'bench' }));
  const { id: restApiId = '', rootResourceId: parentId = '' } = api;
  const add = async (pathPart: Name, integration: object) => {
    const child = new CreateResourceCommand({ restApiId, parentId, pathPart });
    const { id: resourceId = '' } = await client.send(child);
    const method = { restApiId, resourceId, httpMethod: 'POST' };
    await client.send(new PutMethodCommand({ ...method, authorizationType: 'NONE' }));
    await client.send(new PutIntegrationCommand({ ...method, type: pathPart, ...integration }));
    if (pathPart !== 'MOCK') return;
    const responseTemplates = { 'application/json': '{ "requestId": "$context.requestId" }' };
    await client.send(
      new PutIntegrationResponseCommand({ ...method, statusCode: '200', responseTemplates }),
    );
  };
  const requestTemplates = {
    'application/json': TEMPLATE,
  };
  await add('MOCK', { requestTemplates });
  await add('HTTP_PROXY', { integrationHttpMethod: 'POST', uri: `http://127.0.0.1:${barePort}/` });
  const uri = `arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/${functionArn}/invocations`;
  await add('AWS_PROXY', { integrationHttpMethod: 'POST', uri });
  await client.send(new CreateDeploymentCommand({ restApiId, stageName: 'dev' }));
  const path = (name: Name) => `/_aws/execute-api/${restApiId}/dev/${name}`;
  await warmUp(port, path('AWS_PROXY'));
  return { MOCK: path('MOCK'), HTTP_PROXY: path('HTTP_PROXY'), AWS_PROXY: path('AWS_PROXY') };
}

await main();
