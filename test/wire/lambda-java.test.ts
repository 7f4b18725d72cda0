/** Java functions through the real SDK, on the Java of this machine. */
import assert from 'node:assert/strict';
import { before, test, type TestContext } from 'node:test';
import {
  CreateFunctionCommand,
  InvokeCommand,
  LambdaClient,
  PublishLayerVersionCommand,
  type CreateFunctionCommandInput,
} from '@aws-sdk/client-lambda';
import { createBrume } from '../../packages/brume/src/brume.ts';
import {
  EXECUTABLE,
  zip,
  type ZipEntry,
} from '../../packages/brume/src/services/lambda/code/zip.fixture.ts';
import {
  compile,
  javaProblem,
} from '../../packages/brume/src/services/lambda/runtimes/java.fixture.ts';

const ACCOUNT = '111111111111';
const FunctionName = 'fn';

const MAP_HANDLER = `
package example;
import com.amazonaws.services.lambda.runtime.*;
import java.util.*;

public class MapHandler implements RequestHandler<Map<String, Object>, Map<String, Object>> {
  private static int count = 0;

  public Map<String, Object> handleRequest(Map<String, Object> event, Context context) {
    System.out.println("printed");
    System.err.println("complained");
    context.getLogger().log("logged\\nin two lines");
    context.getLogger().log("logged again");
    Map<String, Object> answer = new TreeMap<>();
    answer.put("count", ++count);
    answer.put("event", event);
    answer.put("id", context.getAwsRequestId());
    answer.put("arn", context.getInvokedFunctionArn());
    answer.put("memory", context.getMemoryLimitInMB());
    answer.put("inTime", context.getRemainingTimeInMillis() > 0);
    answer.put("folder", System.getenv("LAMBDA_TASK_ROOT"));
    answer.put("heapMb", Runtime.getRuntime().maxMemory() >> 20);
    return answer;
  }
}`;

const FORMS = `
package example;
import com.amazonaws.services.lambda.runtime.*;
import java.io.*;

public class Forms {
  public static class Person {
    private String name;
    private int age;
    public String getName() { return name; }
    public void setName(String name) { this.name = name; }
    public int getAge() { return age; }
    public void setAge(int age) { this.age = age; }
  }

  public static class Upper implements RequestStreamHandler {
    public void handleRequest(InputStream in, OutputStream out, Context context) throws IOException {
      out.write(new String(in.readAllBytes(), "UTF-8").toUpperCase().getBytes("UTF-8"));
    }
  }

  public Person older(Person person, Context context) {
    person.setAge(person.getAge() + 1);
    return person;
  }

  public String text(String text) { return text + "!"; }

  public int number(int number) { return number + 1; }

  public String library(Object event) { return library.Greeting.TEXT(); }

  public String option(String name) { return System.getProperty(name); }
}`;

const FAILURES = `
package example;
import java.nio.ByteBuffer;
import java.util.*;

public class Failures {
  public static class Broken {
    public Broken() { throw new IllegalStateException("cannot begin"); }
    public String handle(String event) { return event; }
  }

  public String fail(Object event) {
    throw new RuntimeException("outer", new IllegalArgumentException("inner"));
  }

  public String exit(Object event) { System.exit(3); return ""; }

  public String spin(Object event) { while (true); }

  public String heap(Object event) {
    List<byte[]> all = new ArrayList<>();
    while (true) all.add(new byte[1 << 20]);
  }

  public String direct(Object event) {
    List<ByteBuffer> all = new ArrayList<>();
    while (true) {
      ByteBuffer buffer = ByteBuffer.allocateDirect(8 << 20);
      for (int at = 0; at < buffer.capacity(); at += 4096) buffer.put(at, (byte) 1);
      all.add(buffer);
    }
  }
}`;

const LIBRARY =
  'package library; public class Greeting { public static String TEXT() { return "%"; } }';

let problem: string | undefined;
let functions: ZipEntry[] = [];
let fromPackage: ZipEntry[] = [];
let fromLayer: ZipEntry[] = [];

before(async () => {
  problem = await javaProblem();
  if (problem !== undefined) return;
  const library = (text: string) =>
    compile({ 'library/Greeting.java': LIBRARY.replace('%', text) });
  [fromPackage, fromLayer] = await Promise.all([
    library('from the package'),
    library('from a layer'),
  ]);
  functions = await compile({
    'library/Greeting.java': LIBRARY,
    'example/MapHandler.java': MAP_HANDLER,
    'example/Forms.java': FORMS,
    'example/Failures.java': FAILURES,
  });
  functions = functions.filter(({ name }) => !name.startsWith('library/'));
});

interface Invocation {
  readonly payload: unknown;
  readonly error: string | undefined;
  readonly log: string;
}

async function cloud(t: TestContext, isolation: 'auto' | 'process' = 'auto') {
  if (problem !== undefined) {
    t.skip(problem);
    return undefined;
  }
  const brume = await createBrume({ port: 0, memory: true, isolation });
  const { port } = await brume.listen();
  t.after(() => brume.close());
  const credentials = { accessKeyId: ACCOUNT, secretAccessKey: 'test' };
  const endpoint = `http://127.0.0.1:${port}`;
  const client = new LambdaClient({ endpoint, region: 'us-east-1', credentials, maxAttempts: 1 });
  t.after(() => client.destroy());
  const create = (Handler: string, more: Partial<CreateFunctionCommandInput> = {}) =>
    client.send(
      new CreateFunctionCommand({
        ...{ FunctionName, Role: `arn:aws:iam::${ACCOUNT}:role/r`, Handler },
        ...{ Runtime: 'java17', MemorySize: 512, Timeout: 60, Code: { ZipFile: zip(functions) } },
        ...more,
      }),
    );
  const invoke = async (event: unknown, name = FunctionName): Promise<Invocation> => {
    const Payload = Buffer.from(JSON.stringify(event));
    const command = new InvokeCommand({ FunctionName: name, Payload, LogType: 'Tail' });
    const result = await client.send(command);
    return {
      payload: JSON.parse(Buffer.from(result.Payload ?? []).toString()),
      error: result.FunctionError,
      log: Buffer.from(result.LogResult ?? '', 'base64').toString(),
    };
  };
  return { client, create, invoke };
}

test('a RequestHandler answers, logs, knows its context, and is kept while warm', async (t) => {
  const { create, invoke } = (await cloud(t)) ?? {};
  if (!create || !invoke) return;
  await create('example.MapHandler');
  const { payload, log } = await invoke({ a: 'ü', nested: { n: [1, 2.5, null] } });
  const id = /^START RequestId: (\S+) /.exec(log)?.[1];
  const { heapMb, ...answer } = payload as Record<string, unknown>;
  assert.deepEqual(answer, {
    ...{ count: 1, event: { a: 'ü', nested: { n: [1, 2.5, null] } }, id },
    arn: `arn:aws:lambda:us-east-1:${ACCOUNT}:function:${FunctionName}`,
    ...{ memory: 512, inTime: true },
    folder: answer['folder'],
  });
  // 85 % of 512 MB, less what a collector keeps for itself.
  assert.ok(Number(heapMb) > 380 && Number(heapMb) < 436, String(heapMb));
  for (const line of ['printed', 'complained', 'logged\nin two lines', 'logged again']) {
    assert.ok(log.includes(`\n${line}\n`), log);
  }
  assert.match(log, /\tInit Duration: /);
  const second = await invoke({});
  assert.equal((second.payload as { count: number }).count, 2);
  assert.doesNotMatch(second.log, /Init Duration/);
});

test('handlers have all the forms that AWS documents', async (t) => {
  const { create, invoke } = (await cloud(t)) ?? {};
  if (!create || !invoke) return;
  const forms: readonly (readonly [handler: string, event: unknown, answer: unknown])[] = [
    ['example.Forms$Upper', { a: 'b' }, { A: 'B' }],
    ['example.Forms$Upper::handleRequest', 'c', 'C'],
    ['example.Forms::older', { name: 'Ada', age: 36 }, { name: 'Ada', age: 37 }],
    ['example.Forms::text', 'hello', 'hello!'],
    ['example.Forms::number', 41, 42],
  ];
  for (const [index, [handler, event, answer]] of forms.entries()) {
    const name = `form-${index}`;
    await create(handler, { FunctionName: name });
    assert.deepEqual((await invoke(event, name)).payload, answer, handler);
  }
});

for (const isolation of ['auto', 'process'] as const) {
  test(`libraries come from the package and from layers (${isolation})`, async (t) => {
    const { client, create, invoke } = (await cloud(t, isolation)) ?? {};
    if (!client || !create || !invoke) return;
    const jar = (entries: readonly ZipEntry[]) => zip(entries);
    const own = [...functions, { name: 'lib/greeting.jar', content: jar(fromPackage) }];
    await create('example.Forms::library', { Code: { ZipFile: zip(own) } });
    assert.equal((await invoke({})).payload, 'from the package');
    const ZipFile = zip([{ name: 'java/lib/greeting.jar', content: jar(fromLayer) }]);
    const { LayerVersionArn = '' } = await client.send(
      new PublishLayerVersionCommand({ LayerName: 'greeting', Content: { ZipFile } }),
    );
    await create('example.Forms::library', { FunctionName: 'layered', Layers: [LayerVersionArn] });
    assert.equal((await invoke({}, 'layered')).payload, 'from a layer');
  });
}

test('an exception is told with its trace, logged with its cause, and the function goes on', async (t) => {
  const { create, invoke } = (await cloud(t)) ?? {};
  if (!create || !invoke) return;
  await create('example.Failures::fail');
  const { payload, error, log } = await invoke({});
  assert.equal(error, 'Unhandled');
  const { stackTrace, ...rest } = payload as Record<string, unknown>;
  assert.deepEqual(rest, { errorMessage: 'outer', errorType: 'java.lang.RuntimeException' });
  assert.match(
    (stackTrace as string[])[0] ?? '',
    /^example\.Failures\.fail\(Failures\.java:\d+\)$/,
  );
  assert.match(
    log,
    /\nouter: java\.lang\.RuntimeException\njava\.lang\.RuntimeException: outer\n\tat /,
  );
  assert.match(log, /Caused by: java\.lang\.IllegalArgumentException: inner\n/);
  assert.doesNotMatch((await invoke({})).log, /Init Duration/);
});

test('what cannot be loaded is told as AWS tells it', async (t) => {
  const { create, invoke } = (await cloud(t)) ?? {};
  if (!create || !invoke) return;
  const failures = [
    ['example.Nowhere::handle', 'Class not found: example.Nowhere'],
    [
      'example.Forms::nothing',
      'No public method named nothing with appropriate method signature found on class example.Forms',
    ],
    ['example.Failures$Broken::handle', 'cannot begin'],
  ] as const;
  for (const [index, [handler, message]] of failures.entries()) {
    await create(handler, { FunctionName: `f-${index}` });
    const answer: Invocation = await invoke('x', `f-${index}`);
    assert.equal(answer.error, 'Unhandled');
    assert.equal((answer.payload as Record<string, unknown>)['errorMessage'], message);
  }
});

test('a function that runs for ever, ends itself, or needs too much memory harms no other', async (t) => {
  const { create, invoke } = (await cloud(t)) ?? {};
  if (!create || !invoke) return;
  const cases = [
    ['spin', { Timeout: 1 }, { errorType: 'Sandbox.Timedout' }],
    ['exit', {}, { errorType: 'Runtime.ExitError' }],
    [
      'heap',
      { MemorySize: 256 },
      { errorType: 'java.lang.OutOfMemoryError', errorMessage: 'Java heap space' },
    ],
    [
      'direct',
      {
        MemorySize: 256,
        Environment: { Variables: { JAVA_TOOL_OPTIONS: '-XX:MaxDirectMemorySize=4g' } },
      },
      { errorType: 'Runtime.OutOfMemory' },
    ],
  ] as const;
  for (const [method, settings, expected] of cases) {
    await create(`example.Failures::${method}`, { FunctionName: method, ...settings });
    const answer: Invocation = await invoke({}, method);
    assert.equal(answer.error, 'Unhandled');
    assert.partialDeepStrictEqual(answer.payload, expected, method);
    assert.match(answer.log, /\nREPORT RequestId: /);
  }
  await create('example.MapHandler');
  assert.equal((await invoke({})).error, undefined);
});

test('with LogFormat JSON what is logged is a record each', async (t) => {
  const { create, invoke } = (await cloud(t)) ?? {};
  if (!create || !invoke) return;
  await create('example.MapHandler', { LoggingConfig: { LogFormat: 'JSON' } });
  const { log } = await invoke({});
  const records = log.split('\n').filter((line) => line.includes('"message"'));
  const [first, second] = records.map((line) => JSON.parse(line) as Record<string, unknown>);
  assert.equal(first?.['message'], 'logged\nin two lines');
  assert.equal(second?.['message'], 'logged again');
  assert.match(String(second?.['AWSRequestId']), /^[\da-f-]{36}$/);
});

test('JAVA_TOOL_OPTIONS are heard, and a wrapper may start Java', async (t) => {
  const { create, invoke } = (await cloud(t)) ?? {};
  if (!create || !invoke) return;
  const JAVA_TOOL_OPTIONS = '-XX:+UseParallelGC -XX:TieredStopAtLevel=4 -Dmine=said';
  await create('example.Forms::option', { Environment: { Variables: { JAVA_TOOL_OPTIONS } } });
  assert.equal((await invoke('mine')).payload, 'said');
  const wrapper =
    '#!/bin/sh\necho wrapped >&2\nprogram=$1; shift\nexec "$program" -Dby=wrapper "$@"\n';
  const own = [...functions, { name: 'wrapper', content: wrapper, mode: EXECUTABLE }];
  const Variables = { AWS_LAMBDA_EXEC_WRAPPER: '/var/task/wrapper' };
  const settings = { FunctionName: 'wrapped', Code: { ZipFile: zip(own) } };
  await create('example.Forms::option', { ...settings, Environment: { Variables } });
  assert.equal((await invoke('by', 'wrapped')).payload, 'wrapper');
});
