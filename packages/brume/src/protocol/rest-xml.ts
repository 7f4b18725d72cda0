/** AWS rest-xml: bound members plus an XML body; errors are XML documents. */
import type { AwsError } from '../model/aws-error.ts';
import type { ServiceModel } from '../model/shapes.ts';
import { errorShape, errorStatus, faultOf } from './error-encoding.ts';
import type { Protocol } from './protocol.ts';
import { createRest } from './rest.ts';
import { type BodyCodec, unboundMembers, utf8Text } from './rest-compiler.ts';
import { ShapeTable } from './shape-table.ts';
import { XmlDecoder } from './xml/decode.ts';
import { XmlEncoder } from './xml/encode.ts';
import { malformedXml } from './xml/errors.ts';
import { namespaceAttribute } from './xml/names.ts';
import { parseXml, XmlError, type XmlElement } from './xml/parse.ts';
import { element, textElement } from './xml/write.ts';

const DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n';

export function createRestXml(model: ServiceModel): Protocol {
  // S3 alone has no wrapper around its errors, and a header of its own for the request's id.
  const isS3 = model.metadata.serviceId === 'S3';
  const requestIdHeader = isS3 ? 'x-amz-request-id' : 'x-amzn-RequestId';
  return createRest('rest-xml', model, xmlCodec(model), (compiler) => ({
    requestIdHeader,
    encodeError(error, _match, requestId) {
      const shape = errorShape(model, error.code);
      const headers = { 'Content-Type': 'application/xml', [requestIdHeader]: requestId };
      const response = { status: errorStatus(error, shape), headers };
      if (shape) compiler.boundWriter({ shape: error.code })(error.fields, response);
      Object.assign(headers, error.headers);
      const body = isS3
        ? s3Error(error, requestId)
        : errorResponse(compiler.shapes, error, requestId);
      return { ...response, body };
    },
  }));
}

function xmlCodec(model: ServiceModel): BodyCodec {
  const shapes = new ShapeTable(model);
  const decoder = new XmlDecoder(shapes);
  const encoder = new XmlEncoder(shapes);
  const xmlns = namespaceAttribute(model.metadata.xmlNamespace);
  return {
    contentType: 'application/xml',
    membersDecoder(_reference, members) {
      const decode = decoder.members(members);
      return (body) => decode(parseBody(body));
    },
    payloadDecoder(reference) {
      const decode = decoder.value(reference);
      return (body) => decode(parseBody(body));
    },
    membersEncoder(reference, members) {
      const shape = shapes.of(reference);
      const name = reference.locationName ?? shape.locationName ?? reference.shape;
      const own = namespaceAttribute(reference.xmlNamespace ?? shape.xmlNamespace) || xmlns;
      const encode = encoder.members(members);
      if (members.length === 0) return () => '';
      return (value) => {
        const { attributes, content } = encode(value);
        return DECLARATION + element(name, own + attributes, content);
      };
    },
    payloadEncoder(reference) {
      const encode = encoder.document(reference);
      return (value) => DECLARATION + encode(value);
    },
  };
}

function parseBody(body: Buffer): XmlElement {
  try {
    return parseXml(utf8Text(body));
  } catch (error) {
    if (error instanceof XmlError) throw malformedXml();
    throw error;
  }
}

/** `<Error>` as the root, with further members and the request's id in it. */
function s3Error(error: AwsError, requestId: string): string {
  const fields = Object.entries(error.fields)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => textElement(name, String(value)));
  const content = [
    textElement('Code', error.code),
    textElement('Message', error.message),
    ...fields,
    textElement('RequestId', requestId),
  ];
  return DECLARATION + element('Error', '', content.join(''));
}

/** `<ErrorResponse>` with the error and the request's id in it; query's errors look the same. */
export function errorResponse(shapes: ShapeTable, error: AwsError, requestId: string): string {
  const { model } = shapes;
  const shape = errorShape(model, error.code);
  const members = shape ? unboundMembers(shape).filter(([name]) => !/^message$/i.test(name)) : [];
  const { content } = new XmlEncoder(shapes).members(members)(error.fields);
  const type = faultOf(errorStatus(error, shape));
  const body = [
    textElement('Type', type),
    textElement('Code', shape?.error?.code ?? error.code),
    textElement('Message', error.message),
    content,
  ];
  return element(
    'ErrorResponse',
    namespaceAttribute(model.metadata.xmlNamespace),
    element('Error', '', body.join('')) + textElement('RequestId', requestId),
  );
}
