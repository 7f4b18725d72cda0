/** AWS_IAM: the request is signed by somebody. Roles and users have no policies here: their accounts may. */
import type { PolicyVerdict } from '../../../policies/policy.ts';
import { GatewayFailure } from './gateway-failure.ts';
import { receiveBody } from './receive-body.ts';
import type { RestExecution } from './rest-execution.ts';
import type { RestRuntime } from './rest-runtime.ts';
import { signatureFailure } from './signature-failure.ts';

export async function authorizeIam(
  execution: RestExecution,
  runtime: RestRuntime,
): Promise<PolicyVerdict> {
  const { iam } = runtime;
  const { http, rawQuery } = execution.request;
  const isSigned =
    http.headers.get('authorization') !== undefined || /(?:^|&)X-Amz-Signature=/i.test(rawQuery);
  if (!isSigned) throw new GatewayFailure('MISSING_AUTHENTICATION_TOKEN', 'no signature');
  if (!iam) throw new GatewayFailure('ACCESS_DENIED', 'no verifier of signatures');
  // The signature is over the body, too.
  await receiveBody(execution);
  const identity = await iam.verify(http, execution.body, execution.stage.region);
  if (!identity) {
    const failure = signatureFailure(execution, runtime);
    throw failure ?? new GatewayFailure('INVALID_SIGNATURE', 'the signature is not valid');
  }
  execution.identity = identity;
  return 'allow';
}
