/** What happens on a connection that is open: messages, each with its route, and the end. */
import type { WebSocketRoute, WebSocketStage } from '../../apigatewayv2/port.ts';
import { newRequestId } from '../request-identity.ts';
import { answerBody } from './answer.ts';
import type { CompiledStage } from './compiled-stage.ts';
import type { Closing, ConnectionIdentity, MessageBody } from './connection.ts';
import { disconnectEvent, messageEvent, requestContext } from './event.ts';
import type { Occasion } from './event.ts';
import { evaluate, JsonText } from './expression.ts';
import type { ExpressionScope } from './expression.ts';
import {
  failureFrame,
  forbidden,
  misconfigured,
  tooManyRequests,
  WebSocketFailure,
} from './failure.ts';
import { Findings } from './findings.ts';
import { callIntegration } from './integration.ts';
import { observed, recordEvent } from './record-event.ts';
import type { Outcome } from './record-event.ts';
import type { WebSocketRuntime } from './runtime.ts';

/** Resolves with what goes back to the client; undefined for nothing. Rejects for a defect of ours alone. */
export async function serveMessage(
  compiled: CompiledStage,
  connection: ConnectionIdentity,
  body: MessageBody,
  runtime: WebSocketRuntime,
): Promise<MessageBody | undefined> {
  const { stage } = compiled;
  const requestId = newRequestId(runtime.random);
  const asked = {
    connection,
    stage,
    eventType: 'MESSAGE',
    requestId,
    timeMs: Math.floor(runtime.clock.nowMs()),
    findings: new Findings(runtime.clock),
    messageId: newRequestId(runtime.random),
  } as const;
  const json = typeof body === 'string' ? new JsonText(body) : undefined;
  const context = requestContext({ ...asked, routeKey: '' });
  const route = routeOf({ stage, context, body: json });
  const occasion: Occasion = { ...asked, routeKey: route?.routeKey ?? '' };
  const { findings } = occasion;
  return execute(compiled, occasion, body, runtime, async () => {
    if (!route) throw forbidden('no route for the message, and no $default');
    if (!compiled.bucketOf(route.routeKey).take()) throw tooManyRequests('throttled');
    const { integration } = route;
    if (!integration) throw misconfigured('the route has no integration');
    const scope: ExpressionScope = { stage, context: requestContext(occasion), body: json };
    await findings.step('validate', () => compiled.validate(route, scope));
    const event = messageEvent(occasion, body);
    const answer = await callIntegration({ integration, scope, event, body, findings }, runtime);
    const { status } = answer;
    if (!route.answers) return { status };
    const message = answerBody(integration, answer, scope, findings, runtime);
    return { status, answer: message.length > 0 ? message : undefined };
  });
}

/** Tells the API's `$disconnect` route, where there is one. Whatever it answers reaches nobody. */
export async function serveDisconnect(
  compiled: CompiledStage,
  connection: ConnectionIdentity,
  closing: Closing,
  runtime: WebSocketRuntime,
): Promise<void> {
  const { stage } = compiled;
  const occasion: Occasion = {
    connection,
    stage,
    eventType: 'DISCONNECT',
    routeKey: '$disconnect',
    requestId: newRequestId(runtime.random),
    timeMs: Math.floor(runtime.clock.nowMs()),
    findings: new Findings(runtime.clock),
    closing,
  };
  const integration = stage.routes.get('$disconnect')?.integration;
  const { findings } = occasion;
  await execute(compiled, occasion, '', runtime, async () => {
    if (!integration) return { status: 200 };
    const scope: ExpressionScope = { stage, context: requestContext(occasion) };
    const event = disconnectEvent(occasion);
    const request = { integration, scope, event, body: '', findings };
    const { status } = await callIntegration(request, runtime);
    return { status };
  });
}

async function execute(
  compiled: CompiledStage,
  occasion: Occasion,
  body: MessageBody,
  runtime: WebSocketRuntime,
  serve: () => Promise<Outcome>,
): Promise<MessageBody | undefined> {
  const outcome = await serve().catch((error: unknown): Outcome => {
    if (!(error instanceof WebSocketFailure)) throw error;
    const names = { connectionId: occasion.connection.connectionId, requestId: occasion.requestId };
    const answer = failureFrame(error.message, names);
    return { status: error.status, failure: error, answer };
  });
  const record = { occasion, body, outcome };
  runtime.observe(observed(record));
  recordEvent(compiled, record, runtime);
  return outcome.answer;
}

/** By the API's expression, else `$default`. No message is a connection's beginning or end. */
function routeOf(scope: ExpressionScope & { stage: WebSocketStage }): WebSocketRoute | undefined {
  const { routes, routeSelection } = scope.stage;
  const key = evaluate(routeSelection, scope);
  const isMessage = key !== undefined && key !== '$connect' && key !== '$disconnect';
  return (isMessage ? routes.get(key) : undefined) ?? routes.get('$default');
}
