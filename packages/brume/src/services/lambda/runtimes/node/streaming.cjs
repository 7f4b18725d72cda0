/* oxlint-disable no-console -- the message is for the function's log */
// Handlers that write their answer bit by bit: `awslambda.streamifyResponse`.
'use strict';

const { describeError, RuntimeError } = require('./errors.cjs');
const { logError } = require('./log.cjs');

const STREAMING = Symbol.for('aws.lambda.runtime.handler.streaming');
const HTTP_RESPONSE = 'application/vnd.awslambda.http-integration-response';
/** Between the prelude with status and headers, and the body. */
const PRELUDE_END = Buffer.alloc(8);

/** Gives functions the global `awslambda`. */
function installStreaming() {
  globalThis.awslambda = {
    ...globalThis.awslambda,
    streamifyResponse(handler) {
      handler[STREAMING] = 'response';
      return handler;
    },
    HttpResponseStream: {
      from(stream, prelude) {
        stream.setContentType(HTTP_RESPONSE);
        stream.write(JSON.stringify(prelude));
        stream.write(PRELUDE_END);
        return stream;
      },
    },
  };
}

function isStreaming(handler) {
  return handler[STREAMING] === 'response';
}

/** Runs a streaming handler and resolves when the platform has its answer. */
async function stream(client, handler, event, context) {
  const answer = await openAnswer(client.streamOptions, context.awsRequestId);
  try {
    const result = handler(event, answer.stream, context);
    if (typeof result?.then !== 'function') {
      throw new Error('Streaming does not support non-async handlers.');
    }
    if ((await result) !== undefined) console.warn('Streaming handlers ignore return values.');
    if (!answer.stream.writableEnded) throw new Error('Response stream is not finished.');
  } catch (error) {
    logError('Invoke Error', error);
    const described = describeError(error);
    answer.stream.addTrailers({
      'Lambda-Runtime-Function-Error-Type': described.errorType,
      'Lambda-Runtime-Function-Error-Body': Buffer.from(JSON.stringify(described)).toString(
        'base64',
      ),
    });
    answer.stream.end();
  }
  await answer.accepted;
}

async function openAnswer({ root, headers, ...address }, requestId) {
  // Loaded late: it would take a third of the time that all functions take to start.
  const { request } = require('node:http');
  const stream = request({
    ...address,
    agent: false,
    method: 'POST',
    path: `${root}invocation/${requestId}/response`,
    headers: {
      ...headers,
      'Lambda-Runtime-Function-Response-Mode': 'streaming',
      'Content-Type': 'application/octet-stream',
      'Transfer-Encoding': 'chunked',
      Trailer: 'Lambda-Runtime-Function-Error-Type, Lambda-Runtime-Function-Error-Body',
    },
  });
  stream.setContentType = (contentType) => {
    if (stream.headersSent) {
      const message = 'Cannot set content-type, too late.';
      throw new RuntimeError('InvalidStreamingOperation', message);
    }
    stream.setHeader('Content-Type', contentType);
  };
  const write = stream.write.bind(stream);
  stream.write = (chunk, ...rest) =>
    write(
      typeof chunk === 'string' || chunk instanceof Uint8Array ? chunk : JSON.stringify(chunk),
      ...rest,
    );
  const accepted = new Promise((resolve, reject) => {
    stream.on('response', (response) => response.resume().on('end', resolve));
    stream.on('error', reject);
  });
  return { stream, accepted };
}

module.exports = { installStreaming, isStreaming, stream };
