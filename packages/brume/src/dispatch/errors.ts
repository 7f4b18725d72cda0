/** Errors of the way itself: requests that no service, or no operation, can be found for. */
import type { HttpRequest } from '../http/message.ts';
import { AwsError } from '../model/aws-error.ts';
import type { ProtocolName } from '../model/shapes.ts';
import type { Exchange } from './exchange.ts';

/** No service speaks for this request: its address, target and signature name none that is here. */
export function unidentified(request: HttpRequest): AwsError {
  const target = request.headers.get('x-amz-target');
  if (target !== undefined) return unknownOperation('json', request);
  return new AwsError({
    code: 'UnknownService',
    status: 404,
    message:
      `Brume has no service for ${request.method} ${pathOf(request)}. ` +
      'What it serves: docs/reference/compatibility.md; its own pages: /_brume/.',
  });
}

/** AWS's answers for an operation that a service does not have, per protocol. */
export function unknownOperation(protocol: ProtocolName, request: HttpRequest): AwsError {
  switch (protocol) {
    case 'json':
      // AWS sends no message beside the type (dynamodb, facts of 2026-11-22).
      return new AwsError({
        code: 'UnknownOperationException',
        namespace: 'com.amazon.coral.service',
        message: '',
      });
    case 'smithy-rpc-v2-cbor':
      return new AwsError({ code: 'UnknownOperationException', status: 404, message: '' });
    case 'query':
    case 'ec2':
      return new AwsError({
        code: 'InvalidAction',
        message: 'Could not find operation for the given Action and Version.',
      });
    case 'rest-json':
    case 'rest-xml':
      return new AwsError({
        code: 'UnknownOperationException',
        status: 404,
        message: `No operation has the method and path ${request.method} ${pathOf(request)}.`,
      });
  }
}

export function bodyTooLarge({ target, match }: Exchange): AwsError {
  const of = match ? ` for the ${match.operation.name} operation` : '';
  // Lambda's words, recorded from AWS for CreateFunction; the other services send 413 without any.
  return new AwsError({
    code: 'RequestEntityTooLargeException',
    status: 413,
    message: `Request must be smaller than ${target?.entry.bodyBytesMax} bytes${of}`,
  });
}

export function internalFailure(): AwsError {
  return new AwsError({
    code: 'InternalFailure',
    status: 500,
    message: 'The request processing has failed because of an unknown error, exception or failure.',
  });
}

function pathOf(request: HttpRequest): string {
  return request.target.split('?', 1)[0]!.slice(0, 200);
}
