/** First-class integrations: actions of AWS's services that an HTTP API asks for by itself. */
import { badRequest, notSupported } from '../gateway/errors.ts';

/** By AWS's developer guide, "Integration subtype reference". Brume has none of these services. */
const SERVICES: Readonly<Record<string, string>> = {
  'EventBridge-PutEvents': 'EventBridge',
  'SQS-SendMessage': 'SQS',
  'SQS-ReceiveMessage': 'SQS',
  'SQS-DeleteMessage': 'SQS',
  'SQS-PurgeQueue': 'SQS',
  'AppConfig-GetConfiguration': 'AppConfig',
  'Kinesis-PutRecord': 'Kinesis',
  'StepFunctions-StartExecution': 'Step Functions',
  'StepFunctions-StartSyncExecution': 'Step Functions',
  'StepFunctions-StopExecution': 'Step Functions',
};

export function refuseSubtype(subtype: string | undefined): void {
  if (subtype === undefined) return;
  if (!Object.hasOwn(SERVICES, subtype)) {
    // Wording unverified.
    throw badRequest(
      `Invalid IntegrationSubtype specified. Must be one of: [${Object.keys(SERVICES).join(', ')}]`,
    );
  }
  throw notSupported(`integrations of the subtype ${subtype}, for lack of ${SERVICES[subtype]},`);
}
