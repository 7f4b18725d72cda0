/** Ruby functions through the real SDK, on the Ruby of this machine. */
import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import {
  CreateFunctionCommand,
  InvokeCommand,
  LambdaClient,
  PublishLayerVersionCommand,
  type CreateFunctionCommandInput,
} from '@aws-sdk/client-lambda';
import { createBrume } from '../../packages/brume/src/brume.ts';
import { nodeEnvironment } from '../../packages/brume/src/environment/node.ts';
import { zipFiles } from '../../packages/brume/src/services/lambda/code/zip.fixture.ts';

const ACCOUNT = '111111111111';
const FunctionName = 'fn';

type Settings = Partial<Omit<CreateFunctionCommandInput, 'Code'>>;

interface Invocation {
  readonly payload: unknown;
  readonly error: string | undefined;
  readonly log: string;
}

async function cloud(t: TestContext) {
  if ((await nodeEnvironment().processes.find('ruby')) === undefined) {
    t.skip('this machine has no ruby');
    return undefined;
  }
  const brume = await createBrume({ port: 0, memory: true });
  const { port } = await brume.listen();
  t.after(() => brume.close());
  const credentials = { accessKeyId: ACCOUNT, secretAccessKey: 'test' };
  const endpoint = `http://127.0.0.1:${port}`;
  const client = new LambdaClient({ endpoint, region: 'us-east-1', credentials, maxAttempts: 1 });
  t.after(() => client.destroy());
  const create = (code: string | Record<string, string>, settings: Settings = {}) =>
    client.send(
      new CreateFunctionCommand({
        ...{ FunctionName, Role: `arn:aws:iam::${ACCOUNT}:role/r`, Handler: 'function.handler' },
        ...{ Runtime: 'ruby3.4', Timeout: 60 },
        Code: { ZipFile: zipFiles(typeof code === 'string' ? { 'function.rb': code } : code) },
        ...settings,
      }),
    );
  const invoke = async (
    event: unknown,
    { name = FunctionName, ClientContext = undefined as string | undefined } = {},
  ): Promise<Invocation> => {
    const Payload = Buffer.from(JSON.stringify(event));
    const command = { FunctionName: name, Payload, LogType: 'Tail' as const, ClientContext };
    const result = await client.send(new InvokeCommand(command));
    return {
      payload: JSON.parse(Buffer.from(result.Payload ?? []).toString()),
      error: result.FunctionError,
      log: Buffer.from(result.LogResult ?? '', 'base64').toString(),
    };
  };
  const logs = new CloudWatchLogsClient({ endpoint, region: 'us-east-1', credentials });
  t.after(() => logs.destroy());
  /** All that is in a function's log group. */
  const logged = async (name: string) => {
    const command = new FilterLogEventsCommand({ logGroupName: `/aws/lambda/${name}` });
    const { events = [] } = await logs.send(command);
    return events.map(({ message }) => message).join('');
  };
  return { client, create, invoke, logged };
}

test('a handler answers, logs, knows its context, and is kept while warm', async (t) => {
  const { create, invoke } = (await cloud(t)) ?? {};
  if (!create || !invoke) return;
  await create(`
require 'logger'
$count = 0
def handler(event:, context:)
  $count += 1
  puts 'printed', %w[in lines]
  $stderr.puts 'complained'
  Logger.new($stdout).warn('logged')
  {
    count: $count, event: event, id: context.aws_request_id, arn: context.invoked_function_arn,
    name: [context.function_name, context.function_version, context.memory_limit_in_mb],
    group: context.log_group_name, in_time: context.get_remaining_time_in_millis.between?(1, 60_000),
    client: context.client_context, identity: context.identity, trace: ENV['_X_AMZN_TRACE_ID'][0, 5],
    folder: Dir.pwd == ENV['LAMBDA_TASK_ROOT'], secrets: ENV.keys.grep(/BRUME|CHANNEL/)
  }
end`);
  const ClientContext = Buffer.from('{"custom":{"a":"b"}}').toString('base64');
  const { payload, log } = await invoke({ a: 'ü', n: [1.5, null] }, { ClientContext });
  const id = /^START RequestId: (\S+) /.exec(log)?.[1];
  assert.deepEqual(payload, {
    ...{ count: 1, event: { a: 'ü', n: [1.5, null] }, id },
    arn: `arn:aws:lambda:us-east-1:${ACCOUNT}:function:${FunctionName}`,
    name: [FunctionName, '$LATEST', '128'],
    ...{ group: `/aws/lambda/${FunctionName}`, in_time: true, client: { custom: { a: 'b' } } },
    ...{ identity: null, trace: 'Root=', folder: true, secrets: [] },
  });
  assert.match(log, /\nprinted\nin\nlines\n/);
  assert.match(log, /\ncomplained\n/);
  assert.match(log, new RegExp(`\nW, \\[\\S+ #\\d+\\]  WARN ${id} -- : logged\n`));
  assert.equal(((await invoke({})).payload as { count: number }).count, 2);
});

test('handlers are methods of a file, of a class or of a module, in folders too', async (t) => {
  const { create, invoke } = (await cloud(t)) ?? {};
  if (!create || !invoke) return;
  const code = {
    'function.rb': `
module Outer
  class Inner
    def self.process(event:, context:) = "class #{event}"
  end
  def self.process(event:, context:) = "module #{event}"
end`,
    'lib/deep.rb': `require_relative '../function'
def handler(event:, context:) = Outer.process(event: event, context: context).upcase`,
    'raw.rb': `def handler(event:, context:) = StringIO.new('"as it is"')`,
  };
  const handlers = [
    ['function.Outer::Inner.process', 'class x'],
    ['function.Outer.process', 'module x'],
    ['lib/deep.handler', 'MODULE X'],
    ['raw.handler', 'as it is'],
  ] as const;
  for (const [index, [Handler, answer]] of handlers.entries()) {
    await create(code, { FunctionName: `f-${index}`, Handler });
    assert.equal((await invoke('x', { name: `f-${index}` })).payload, answer);
  }
});

// The example of docs.aws.amazon.com/lambda/latest/dg/ruby-exceptions.html, with what it says of it.
test('an error is told and logged as AWS documents it, and the function goes on', async (t) => {
  const { create, invoke } = (await cloud(t)) ?? {};
  if (!create || !invoke) return;
  await create(`def handler(event:, context:)
    puts "Processing event..."
    [1, 2, 3].first("two")
    "Success"
end`);
  const { payload, error, log } = await invoke({});
  assert.equal(error, 'Unhandled');
  const { stackTrace, ...rest } = payload as { stackTrace: string[] };
  assert.deepEqual(rest, {
    errorMessage: 'no implicit conversion of String into Integer',
    errorType: 'Function<TypeError>',
  });
  assert.equal(stackTrace.length, 2);
  // Since Ruby 3.4 names are quoted in another way, and have their class.
  assert.match(stackTrace[0] ?? '', /\/function\.rb:3:in [`'](?:Array#)?first'$/);
  assert.match(stackTrace[1] ?? '', /\/function\.rb:3:in [`'](?:Object#)?handler'$/);
  assert.ok(
    log.includes('\nProcessing event...\nError raised from handler method\n{\n  "errorMessage":'),
    log,
  );
  assert.doesNotMatch((await invoke({})).log, /Init Duration/);
});

test('an error that is not a StandardError ends the process, after it is told', async (t) => {
  const { create, invoke } = (await cloud(t)) ?? {};
  if (!create || !invoke) return;
  await create('def handler(event:, context:) = event ? send(event) : $$');
  const cases = [
    ['nothing', 'Function<NoMethodError>'],
    ['exit', 'Function<SystemExit>'],
  ] as const;
  for (const [event, errorType] of cases) {
    const { payload, error, log } = await invoke(event);
    assert.equal(error, 'Unhandled');
    assert.equal((payload as Record<string, unknown>)['errorType'], errorType);
    assert.match(log, /\nCritical exception from handler\n\{/);
    assert.match((await invoke(null)).log, /Init Duration/);
  }
});

test('bytes that are no text are told and logged as well as they can be', async (t) => {
  const { create, invoke } = (await cloud(t)) ?? {};
  if (!create || !invoke) return;
  await create(`
def handler(event:, context:)
  puts "\\xE9t\\xE9".b, 'été'
  raise "caf\\xE9".dup.force_encoding(event['encoding'])
end`);
  const message = async (encoding: string) => {
    const { payload, log } = await invoke({ encoding });
    assert.match(log, /\n\uFFFDt\uFFFD\nété\n/);
    return (payload as { errorMessage: string }).errorMessage;
  };
  assert.equal(await message('BINARY'), 'caf\uFFFD');
  assert.equal(await message('UTF-8'), 'caf\uFFFD');
  assert.equal(await message('ISO-8859-1'), 'café');
});

test('what cannot be loaded is told without a process that goes on', async (t) => {
  const { create, invoke, logged } = (await cloud(t)) ?? {};
  if (!create || !invoke || !logged) return;
  const failures = [
    ['require "nowhere"', 'function.handler', 'LoadError', /^cannot load such file -- nowhere$/],
    ['', 'elsewhere.handler', 'LoadError', /^cannot load such file -- elsewhere$/],
    ['def broken(', 'function.handler', 'SyntaxError', /function\.rb:1: /],
    ['raise "no"', 'function.handler', 'RuntimeError', /^no$/],
    [
      '',
      'handler',
      'ArgumentError',
      /^Invalid handler \["handler"\], must be of form FILENAME\.METHOD or /,
    ],
  ] as const;
  for (const [index, [code, Handler, type, message]] of failures.entries()) {
    await create(code, { FunctionName: `f-${index}`, Handler });
    const answer: Invocation = await invoke({}, { name: `f-${index}` });
    assert.equal(answer.error, 'Unhandled');
    const { errorType, errorMessage, stackTrace } = answer.payload as Record<string, unknown>;
    assert.equal(errorType, `Init<${type}>`);
    assert.match(String(errorMessage), message);
    assert.ok(!JSON.stringify(stackTrace).includes('bootstrap.rb'));
    assert.match(
      await logged(`f-${index}`),
      new RegExp(`\nInit error when loading handler ${Handler}\n\\{`),
    );
  }
});

test('a function that runs for ever, ends at once, or needs too much memory harms no other', async (t) => {
  const { create, invoke } = (await cloud(t)) ?? {};
  if (!create || !invoke) return;
  const code = `
def spin(event:, context:)
  loop {}
end
def exit_now(event:, context:) = exit!(3)
def hoard(event:, context:)
  all = []
  loop { all << 'x' * (1 << 20) }
end
def fine(event:, context:) = 'fine'`;
  const cases = [
    ['spin', { Timeout: 1 }, 'Sandbox.Timedout'],
    ['exit_now', {}, 'Runtime.ExitError'],
    ['hoard', {}, 'Runtime.OutOfMemory'],
  ] as const;
  for (const [method, settings, errorType] of cases) {
    await create(code, { FunctionName: method, Handler: `function.${method}`, ...settings });
    const { payload } = await invoke({}, { name: method });
    assert.equal((payload as Record<string, unknown>)['errorType'], errorType);
  }
  await create(code, { Handler: 'function.fine' });
  assert.equal((await invoke({})).payload, 'fine');
});

test('with LogFormat JSON loggers write records, from the level that is configured', async (t) => {
  const { create, invoke } = (await cloud(t)) ?? {};
  if (!create || !invoke) return;
  await create(
    `
require 'logger'
LOGGER = Logger.new($stdout, progname: 'mine')
def handler(event:, context:)
  LOGGER.info('not said')
  LOGGER.warn("two\\nlines")
  raise 'no'
rescue StandardError => e
  LOGGER.error(e)
  nil
end`,
    { LoggingConfig: { LogFormat: 'JSON', ApplicationLogLevel: 'WARN' } },
  );
  const { log } = await invoke({});
  const records = log.split('\n').filter((line) => line.includes('"level"'));
  const [first, second, ...others] = records.map((line) => JSON.parse(line));
  assert.deepEqual(others, []);
  const { timestamp, requestId, ...rest } = first;
  assert.match(timestamp, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
  assert.match(requestId, /^[\da-f-]{36}$/);
  assert.deepEqual(rest, { level: 'WARN', message: 'two\nlines', logger: 'mine' });
  assert.equal(second.errorType, 'RuntimeError');
  assert.match(second.location, /function\.rb:(?:Object#)?handler:7$/);
});

test('gems come from the package and from layers, libraries from layers', async (t) => {
  const { client, create, invoke } = (await cloud(t)) ?? {};
  if (!client || !create || !invoke) return;
  const gem = (root: string, name: string) => ({
    [`${root}/specifications/${name}-1.0.0.gemspec`]: `Gem::Specification.new { |s| s.name = '${name}'; s.version = '1.0.0'; s.summary = s.name; s.authors = ['a']; s.require_paths = ['lib'] }`,
    [`${root}/gems/${name}-1.0.0/lib/${name}.rb`]: `$found = ($found || []) << '${name}'`,
  });
  const files = { ...gem('ruby/gems/3.4.0', 'layered'), 'ruby/lib/plain.rb': "$found << 'plain'" };
  const { LayerVersionArn = '' } = await client.send(
    new PublishLayerVersionCommand({ LayerName: 'gems', Content: { ZipFile: zipFiles(files) } }),
  );
  const code = `
require 'bundled'
require 'layered'
require 'plain'
def handler(event:, context:) = $found`;
  const own = { 'function.rb': code, ...gem('vendor/bundle/ruby/3.4.0', 'bundled') };
  await create(own, { Layers: [LayerVersionArn] });
  assert.deepEqual((await invoke({})).payload, ['bundled', 'layered', 'plain']);
});

test('the nearest Ruby runs a version that is not there, and its log says so', async (t) => {
  const { create, invoke, logged } = (await cloud(t)) ?? {};
  if (!create || !invoke || !logged) return;
  await create('def handler(event:, context:) = RUBY_VERSION', { Runtime: 'ruby3.2' });
  const version = String((await invoke({})).payload);
  if (version.startsWith('3.2.')) return t.skip('this machine has Ruby 3.2');
  assert.ok(
    (await logged(FunctionName)).includes(
      `ruby3.2 functions run on Ruby ${version}, the nearest here.\n`,
    ),
  );
});
