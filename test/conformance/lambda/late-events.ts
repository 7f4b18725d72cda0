/** Recordings of events that fail again and again, over minutes: Brume's clock is moved. */
import {
  CreateFunctionCommand,
  InvokeCommand,
  PutFunctionEventInvokeConfigCommand,
  type PutFunctionEventInvokeConfigCommandInput,
} from '@aws-sdk/client-lambda';
import { ACCOUNT, definition, REGION, settled, type Play, type Script } from './recordings.ts';
import { messages } from './told.ts';

const FunctionName = 'my-function';
const Destination = `arn:aws:sqs:${REGION}:${ACCOUNT}:queue`;
/** AWS tries a failed event again after these (recorded 2025-11-25). */
const MINUTES = [1, 2];

/** The error is raised in the line in which the recorder's function has raised it. */
function failing(line: number, message: string): string {
  return `${'\n'.repeat(line - 2)}def handler(event, context):\n    raise Exception("${message}")\n`;
}

async function create({ client }: Play, code: string): Promise<void> {
  await client.send(new CreateFunctionCommand(definition(FunctionName, code)));
  await settled(client, FunctionName);
}

const configure = ({ client }: Play, settings: Partial<PutFunctionEventInvokeConfigCommandInput>) =>
  client.send(new PutFunctionEventInvokeConfigCommand({ FunctionName, ...settings }));

async function invoke({ client }: Play, event: object) {
  const Payload = Buffer.from(JSON.stringify(event));
  return client.send(new InvokeCommand({ FunctionName, InvocationType: 'Event', Payload }));
}

/** Lets time pass after each of the attempts but the last; `before` were there already. */
async function attempts(play: Play, count: number, before = 0): Promise<void> {
  for (let made = 1; made <= count; made++) {
    await messages(play, /^END /, before + made);
    const minutes = MINUTES[made - 1];
    if (made < count && minutes !== undefined) await play.pass(minutes * 60_000);
  }
}

interface Message {
  readonly Body: unknown;
}

const first = (recorded: unknown) => (recorded as { Messages: Message[] }).Messages[0]?.Body;
const body = (recorded: unknown) => (recorded as Message).Body;

const byDefault: Script = async (play) => {
  await create(play, failing(55, 'Test exception (this is intentional)'));
  const both = { OnSuccess: { Destination }, OnFailure: { Destination } };
  const settings = configure(play, { DestinationConfig: both });
  await play.step('put_function_event_invoke_config', settings);
  await invoke(play, { raise_error: 1 });
  await attempts(play, 3);
  await play.step('receive_message_result', play.logged('record'), { at: first });
};

const retries: Script = async (play) => {
  play.bind('<test-msg-id>', 'message');
  await create(play, failing(7, 'intentional failure'));
  const DestinationConfig = { OnFailure: { Destination } };
  await configure(play, { DestinationConfig, MaximumRetryAttempts: 2 });
  await invoke(play, { message: 'message' });
  await attempts(play, 3);
  await play.step('queue_destination_payload', play.logged('record'), { at: first });
};

const tooOld: Script = async (play) => {
  play.bind('<test-msg-id>', 'message');
  await create(play, failing(7, 'intentional failure'));
  const DestinationConfig = { OnFailure: { Destination } };
  const aged = (MaximumEventAgeInSeconds: number) =>
    configure(play, { DestinationConfig, MaximumEventAgeInSeconds });
  await aged(60);
  await invoke(play, { message: 'message' });
  await play.step('no_retry_failure_message', play.logged('record'), { at: body });
  await aged(120);
  await invoke(play, { message: 'message' });
  await attempts(play, 2, 1);
  await play.step('single_retry_failure_message', play.logged('record', 1), { at: body });
};

const sameRequest: Script = async (play) => {
  await create(play, failing(2, 'no'));
  await configure(play, { MaximumRetryAttempts: 1 });
  const answer = await invoke(play, {});
  const Payload = Buffer.from(answer.Payload ?? []).toString();
  await play.step('invoke_result', Promise.resolve({ ...answer, Payload }));
  await attempts(play, 2);
  play.bind('<request-id>', answer.$metadata.requestId ?? '');
  await play.step('end_messages', messages(play, /^END /, 2));
};

const SQS = 'TestLambdaDestinationSqs::test';

/** Of lambda_destinations.json. */
export const lateDestinations: Readonly<Record<string, Script>> = {
  [`${SQS}_lambda_destination_default_retries`]: byDefault,
  [`${SQS}_retries`]: retries,
  [`${SQS}_maxeventage`]: tooOld,
};

/** Of lambda.json. */
export const lateEvents: Readonly<Record<string, Script>> = {
  'TestRequestIdHandling::test_request_id_async_invoke_with_retry': sameRequest,
};
