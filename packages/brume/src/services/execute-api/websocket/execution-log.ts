/** An event of a connection, line by line, in the manner of REST APIs; AWS's own lines are unverified. */
import { authorizerLines, integrationLines, loggedText } from '../rest/execution-log.ts';
import type { EventRecord } from './record-event.ts';

export function executionLog({ occasion, body, outcome }: EventRecord): string[] {
  const { eventType, routeKey, requestId, connection, closing, findings } = occasion;
  const { connectionId, sourceIp, userAgent } = connection;
  const { failure, status, answer } = outcome;
  const lines = [
    `Starting execution for request: ${requestId}`,
    `Event type: ${eventType}, Route key: ${routeKey}, Connection id: ${connectionId}`,
  ];
  if (eventType === 'CONNECT') lines.push(`Source ip: ${sourceIp}, User agent: ${userAgent}`);
  if (closing) lines.push(`Disconnect status code: ${closing.code}, Reason: ${closing.reason}`);
  if (eventType === 'MESSAGE') {
    lines.push(`Message body before transformations: ${loggedText(body)}`);
  }
  lines.push(...authorizerLines(findings), ...integrationLines(findings));
  if (failure) lines.push(`Execution failed due to ${failure.type}: ${failure.reason}`);
  else {
    if (answer !== undefined) {
      lines.push(`Response body after transformations: ${loggedText(answer)}`);
    }
    lines.push('Successfully completed execution');
  }
  lines.push(`Completed with status: ${status}`);
  return lines;
}
