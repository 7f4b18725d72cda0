/** Step: whether the request may take its route. What is not understood is not let through. */
import { authorizeJwt } from './authorize-jwt.ts';
import { authorizeLambda } from './authorize-lambda.ts';
import type { Execution } from './execution.ts';
import { forbidden } from './gateway-error.ts';
import { receiveBody } from './receive-body.ts';
import type { GatewayRuntime } from '../runtime.ts';

export async function authorize(execution: Execution, runtime: GatewayRuntime): Promise<void> {
  const { authorization } = execution.matched;
  switch (authorization.type) {
    case 'none':
      return;
    case 'jwt':
      execution.authorizer = await authorizeJwt(execution, authorization, runtime);
      return;
    case 'lambda':
      execution.authorizer = await authorizeLambda(execution, authorization, runtime);
      return;
    case 'iam':
      await authorizeIam(execution, runtime);
  }
}

async function authorizeIam(execution: Execution, { iam }: GatewayRuntime): Promise<void> {
  if (!iam) throw forbidden('no verifier of signatures');
  await receiveBody(execution);
  const identity = await iam.verify(execution.request.http, execution.body, execution.stage.region);
  if (!identity) throw forbidden('signature missing or not valid');
  // Policies of other accounts would have to allow both ways, and an API has none to do so.
  if (identity.accountId !== execution.stage.accountId) throw forbidden('another account');
  execution.authorizer = { type: 'iam', identity };
}
