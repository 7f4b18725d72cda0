/** The request to connect: everybody who may refuse it is asked before the connection is a WebSocket. */
import type { HttpResponse } from '../../../http/message.ts';
import { admitByKey, authorizeConnect } from './authorize.ts';
import type { CompiledStage } from './compiled-stage.ts';
import type { ConnectionIdentity } from './connection.ts';
import { connectEvent, requestContext } from './event.ts';
import type { ConnectRequest, Occasion } from './event.ts';
import { valueOf } from './expression.ts';
import type { ExpressionScope } from './expression.ts';
import { failureResponse, tooManyRequests, WebSocketFailure } from './failure.ts';
import { callIntegration } from './integration.ts';
import type { IntegrationAnswer } from './integration.ts';
import type { WebSocketRuntime } from './runtime.ts';

export interface ConnectOutcome {
  /** Who is connected now; undefined where the answer refuses. */
  readonly accepted: ConnectionIdentity | undefined;
  readonly response: HttpResponse;
  readonly failure: WebSocketFailure | undefined;
}

export async function connect(
  compiled: CompiledStage,
  request: ConnectRequest,
  occasion: Occasion,
  runtime: WebSocketRuntime,
): Promise<ConnectOutcome> {
  try {
    return await admitted(compiled, request, occasion, runtime);
  } catch (error) {
    if (!(error instanceof WebSocketFailure)) throw error;
    const { connectionId } = occasion.connection;
    const response = failureResponse(error, { connectionId, requestId: occasion.requestId });
    return { accepted: undefined, response, failure: error };
  }
}

async function admitted(
  compiled: CompiledStage,
  request: ConnectRequest,
  occasion: Occasion,
  runtime: WebSocketRuntime,
): Promise<ConnectOutcome> {
  if (!compiled.newConnections.take()) throw tooManyRequests('too many connections of the account');
  if (!compiled.bucketOf('$connect').take()) throw tooManyRequests('throttled');
  const { stage } = compiled;
  const route = stage.routes.get('$connect');
  // Whoever has nothing to say about connecting lets everybody in, as on AWS.
  if (!route) return accepted(occasion.connection, undefined);
  const { headers, query } = request;
  const scope: ExpressionScope = { stage, context: requestContext(occasion), headers, query };
  const missing = route.requiredParameters.filter((each) => valueOf(each, scope) === undefined);
  if (missing.length > 0) throw missingParameters(missing.map(nameOf));
  const { findings } = occasion;
  const decision = await findings.step('authorize', () =>
    authorizeConnect(route, request, occasion, scope, runtime),
  );
  if (route.apiKeyRequired) admitByKey(occasion, request, decision, runtime);
  const connection = { ...occasion.connection, authorizer: decision?.values };
  if (!route.integration) return accepted(connection, undefined);
  const known = { ...occasion, connection };
  const answer = await callIntegration(
    {
      integration: route.integration,
      scope: { ...scope, context: requestContext(known) },
      event: connectEvent(known, request),
      body: '',
      findings,
    },
    runtime,
  );
  const isAccepted = answer.status >= 200 && answer.status < 300;
  return isAccepted ? accepted(connection, answer) : refused(answer, occasion.requestId);
}

function accepted(
  connection: ConnectionIdentity,
  answer: IntegrationAnswer | undefined,
): ConnectOutcome {
  const protocol = answer?.headers.get('sec-websocket-protocol')?.join(',');
  const headers = protocol === undefined ? undefined : { 'sec-websocket-protocol': protocol };
  return {
    accepted: connection,
    response: { status: 101, headers: { ...headers }, body: '' },
    failure: undefined,
  };
}

/** The integration's own words reach the client, who sees no more than the status as a rule. */
function refused({ status, body }: IntegrationAnswer, requestId: string): ConnectOutcome {
  const headers = { 'content-type': 'application/json', 'x-amzn-requestid': requestId };
  return {
    accepted: undefined,
    // An integration cannot continue or redirect the handshake.
    response: { status: status < 400 ? 502 : status, headers, body },
    failure: undefined,
  };
}

/** In the words of REST APIs; unverified for these. */
function missingParameters(names: readonly string[]): WebSocketFailure {
  const list = names.toSorted().join(', ');
  return new WebSocketFailure(
    400,
    'BAD_REQUEST_PARAMETERS',
    `Missing required request parameters: [${list}]`,
    'parameters',
  );
}

function nameOf(variable: object): string {
  return 'name' in variable ? String(variable.name) : '';
}
