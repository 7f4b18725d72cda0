/** What AWS's Lambda answered for functions in Ruby and Java (recorded 2025-11 to 2026-01), against Brume's answers. */
import { test } from 'node:test';
import { CreateFunctionCommand, InvokeCommand } from '@aws-sdk/client-lambda';
import { nodeEnvironment } from '../../packages/brume/src/environment/node.ts';
import { zip } from '../../packages/brume/src/services/lambda/code/zip.fixture.ts';
import {
  compile,
  javaProblem,
} from '../../packages/brume/src/services/lambda/runtimes/java.fixture.ts';
import { play, recordings, ROLE, skip, type Script } from './lambda/recordings.ts';
import { otherRuntimes } from './lambda/runtimes.ts';

const FunctionName = 'my-function';
const hasRuby = (await nodeEnvironment().processes.find('ruby')) !== undefined;
const javaSkip = skip || ((await javaProblem()) ?? false);

/** Creates a function in Java and invokes it. Some recordings have the answers to both. */
const java =
  (Runtime: string, Handler: string, body: string): Script =>
  async (playing) => {
    const name = Handler.split('.').at(-1) ?? '';
    const source = `package ${Handler.slice(0, -name.length - 1)};
import com.amazonaws.services.lambda.runtime.*;
import java.io.*;
import java.util.*;
public class ${name} ${body}`;
    const { client } = playing;
    const create = new CreateFunctionCommand({
      ...{ FunctionName, Role: ROLE, Handler, Timeout: 30 },
      Runtime: Runtime as 'java21',
      Code: { ZipFile: zip(await compile({ [`${Handler.replaceAll('.', '/')}.java`]: source })) },
    });
    await client.send(create);
    const hasBoth = playing.recorded('create-result') !== undefined;
    if (hasBoth) playing.leaveOut('as other functions are created', 'create-result');
    const event = hasBoth ? { bucket: 'test_bucket', key: 'test_key' } : {};
    const invoke = { FunctionName, Payload: Buffer.from(JSON.stringify(event)) };
    const answered = client.send(new InvokeCommand(invoke)).then((answer) => ({
      ...answer,
      Payload: Buffer.from(answer.Payload ?? []).toString(),
    }));
    await playing.step(hasBoth ? 'invoke-result' : 'invoke_result', answered);
  };

const ECHO = `implements RequestStreamHandler {
  public void handleRequest(InputStream in, OutputStream out, Context context) throws IOException {
    for (int next = in.read(); next != -1; next = in.read()) out.write(next);
  }
}`;
const POJO = `implements RequestHandler<Input, Input> {
  public Input handleRequest(Input input, Context context) { input.validated = true; return input; }
}
class Input implements Serializable {
  private String bucket, key;
  boolean validated;
  public String getBucket() { return bucket; }
  public void setBucket(String bucket) { this.bucket = bucket; }
  public String getKey() { return key; }
  public void setKey(String key) { this.key = key; }
  public boolean isValidated() { return validated; }
}`;
const BOTH = `implements RequestHandler<Map<String, String>, String> {
  public String handleRequest(Map<String, String> event, Context context) { return "INTERFACE"; }
  public String handleRequestCustom(Map<String, String> event, Context context) { return "CUSTOM"; }
}`;

const SAMPLES = 'cloud.localstack';
const both = `${SAMPLES}.sample.LambdaHandlerWithInterfaceAndCustom`;
const T = 'TestJavaRuntimes::test';
const each = (name: string, handler: string, body: string, names: string) =>
  names
    .split(' ')
    .map((runtime) => [`${T}_${name}[${runtime}]`, java(runtime, handler, body)] as const);
const javaRuntimes: Readonly<Record<string, Script>> = Object.fromEntries([
  ...each('stream_handler', `${SAMPLES}.sample.LambdaStreamHandler`, ECHO, 'java11 java17 java21'),
  ...each(
    'serializable_input_object',
    `${SAMPLES}.awssdkv1.sample.SerializedInputLambdaHandler`,
    POJO,
    'java8.al2 java11 java17 java21 java25',
  ),
  [`${T}_java_custom_handler_method_specification[${both}-INTERFACE]`, java('java11', both, BOTH)],
]);

for (const [file, scripts] of Object.entries({
  'lambda_common.json': otherRuntimes,
  'lambda_runtimes.json': javaRuntimes,
})) {
  const recorded = skip === false ? recordings(file) : new Map();
  for (const [name, script] of Object.entries(scripts)) {
    const missing = name.includes('[ruby') ? !hasRuby && 'this machine has no ruby' : javaSkip;
    test(`AWS and Brume agree: ${name}`, { skip: skip || missing }, () =>
      play(recorded.get(name), script),
    );
  }
}
