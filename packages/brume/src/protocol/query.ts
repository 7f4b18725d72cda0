/**
 * AWS query: every operation is a form, named by its `Action`; structures, lists and maps are spelt
 * out in the parameters' names (`Tags.member.1.Key=…`). Answers are XML.
 */
import assert from 'node:assert/strict';
import type { HttpRequest, HttpResponse } from '../http/message.ts';
import type { ServiceModel } from '../model/shapes.ts';
import { errorShape, errorStatus } from './error-encoding.ts';
import { parseQuery } from './http-bindings.ts';
import { FORM_PARAMETERS_MAX } from './limits.ts';
import type { OperationMatch, Protocol } from './protocol.ts';
import { formTree, QueryDecoder } from './query-decode.ts';
import { errorResponse } from './rest-xml.ts';
import { serializationException } from './serialization-error.ts';
import { ShapeTable } from './shape-table.ts';
import { splitTarget } from './uri-router.ts';
import { validatorCompiler } from './validation.ts';
import { XmlEncoder } from './xml/encode.ts';
import { namespaceAttribute } from './xml/names.ts';
import { element, textElement } from './xml/write.ts';

export function createQuery(model: ServiceModel): Protocol {
  const shapes = new ShapeTable(model);
  const decoder = new QueryDecoder(shapes);
  const encoder = new XmlEncoder(shapes);
  const xmlns = namespaceAttribute(model.metadata.xmlNamespace);
  const matches = new Map<string, OperationMatch>(
    Object.values(model.operations).map((operation) => {
      return [operation.name, { operation, labels: new Map(), streamsInput: false }];
    }),
  );
  const response = (status: number, requestId: string, body: string): HttpResponse => ({
    status,
    headers: { 'Content-Type': 'text/xml', 'x-amzn-RequestId': requestId },
    body,
  });

  return {
    name: 'query',
    match(request, body) {
      const action = actionOf(request, body);
      return action === undefined ? undefined : matches.get(action);
    },
    decode({ operation }, request, body) {
      assert(Buffer.isBuffer(body), 'the query protocol has no streams');
      const tree = formTree(parameters(request, body));
      return operation.input ? decoder.compile(operation.input)(tree) : {};
    },
    validate: validatorCompiler(shapes),
    encode({ operation: { name, output } }, value, requestId) {
      const metadata = element('ResponseMetadata', '', textElement('RequestId', requestId));
      const result = output
        ? encoder.members(shapes.members(shapes.of(output)))(value ?? {})
        : null;
      const wrapper = output?.resultWrapper ?? `${name}Result`;
      const content = result ? element(wrapper, result.attributes, result.content) : '';
      return response(200, requestId, element(`${name}Response`, xmlns, content + metadata));
    },
    encodeError(error, _match, requestId) {
      const status = errorStatus(error, errorShape(model, error.code));
      const { headers, ...rest } = response(
        status,
        requestId,
        errorResponse(shapes, error, requestId),
      );
      return { ...rest, headers: { ...headers, ...error.headers } };
    },
  };
}

const ACTION = /(?:^|&)Action=([A-Za-z0-9]+)(?:&|$)/;

/** Read without decoding the form, which may still prove broken. */
function actionOf(request: HttpRequest, body: Buffer | undefined): string | undefined {
  return (
    ACTION.exec(body?.toString('latin1') ?? '')?.[1] ??
    ACTION.exec(splitTarget(request.target).query)?.[1]
  );
}

/** Of the body, or of the query where there is no body: presigned requests have theirs there. */
function parameters(request: HttpRequest, body: Buffer): (readonly [string, string])[] {
  const form = body.length > 0 ? body.toString('latin1') : splitTarget(request.target).query;
  // A form is ASCII; everything else must be escaped.
  // oxlint-disable-next-line no-control-regex
  if (/[^\u0000-\u007f]/.test(form)) throw serializationException();
  let separators = 0;
  for (let at = form.indexOf('&'); at !== -1; at = form.indexOf('&', at + 1)) separators += 1;
  if (separators >= FORM_PARAMETERS_MAX) throw serializationException('Too many parameters.');
  return parseQuery(form);
}
