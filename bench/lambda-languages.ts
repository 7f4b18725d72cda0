/**
 * How long do the first invocation and later ones take of a function in Ruby and in Java, with Python's
 * beside them? Through the public API, small functions of 512 MB, none of which has an environment waiting.
 */
import { InvokeCommand, type LambdaClient, type Runtime } from '@aws-sdk/client-lambda';
import {
  compile,
  javaProblem,
} from '../packages/brume/src/services/lambda/runtimes/java.fixture.ts';
import { createFunction, lambdaAt, PYTHON_ECHO } from './lambda-functions.ts';
import { median, report } from './measure.ts';
import { startBrume } from './servers.ts';

const STARTS = 7;
const INVOCATIONS = 400;
const RUBY_ECHO = { 'index.rb': 'def handler(event:, context:) = event' };
const JAVA_ECHO = `
import com.amazonaws.services.lambda.runtime.*;
public class Echo implements RequestHandler<Object, Object> {
  public Object handleRequest(Object event, Context context) { return event; }
}`;

async function timeOf(lambda: LambdaClient, FunctionName: string): Promise<number> {
  const startedMs = performance.now();
  const { FunctionError } = await lambda.send(new InvokeCommand({ FunctionName, Payload: '{}' }));
  if (FunctionError !== undefined) throw new Error(`${FunctionName} has failed`);
  return performance.now() - startedMs;
}

async function measure(
  lambda: LambdaClient,
  Runtime: Runtime,
  files: Readonly<Record<string, string | Uint8Array>>,
  Handler = 'index.handler',
): Promise<void> {
  const first: number[] = [];
  const warm: number[] = [];
  for (let start = 0; start <= STARTS; start++) {
    const name = `${Runtime.replace('.', '-')}-${start}`;
    await createFunction(lambda, name, files, { Runtime, Handler, MemorySize: 512 });
    const firstMs = await timeOf(lambda, name);
    // The first of all looks for the language as well.
    if (start > 0) first.push(firstMs);
  }
  const name = `${Runtime.replace('.', '-')}-0`;
  for (let call = 0; call < INVOCATIONS; call++) warm.push(await timeOf(lambda, name));
  report({ bench: 'lambda-languages', Runtime, firstMs: median(first), warmMs: median(warm) });
}

const brume = await startBrume({ memory: true, prepare: false });
const lambda = lambdaAt(brume.port);
try {
  await measure(lambda, 'python3.13', PYTHON_ECHO);
  await measure(lambda, 'ruby3.4', RUBY_ECHO);
  if ((await javaProblem()) === undefined) {
    const classes = await compile({ 'Echo.java': JAVA_ECHO });
    const files = Object.fromEntries(classes.map(({ name, content }) => [name, content]));
    for (const runtime of ['java17', 'java25'] as const) {
      await measure(lambda, runtime, files, 'Echo');
    }
  }
} finally {
  lambda.destroy();
  await brume.stop();
}
