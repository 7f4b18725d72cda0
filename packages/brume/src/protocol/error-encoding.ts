/** What all protocols need to answer an error: its code, status and members as the model has them. */
import type { AwsError } from '../model/aws-error.ts';
import type { ServiceModel, Shape } from '../model/shapes.ts';

/** The shape of a modelled error; undefined for one that AWS sends without modelling. */
export function errorShape(model: ServiceModel, code: string): Shape | undefined {
  const shape = Object.hasOwn(model.shapes, code) ? model.shapes[code] : undefined;
  return shape?.exception ? shape : undefined;
}

export function errorStatus(error: AwsError, shape: Shape | undefined): number {
  return error.status ?? shape?.error?.httpStatusCode ?? (shape?.fault ? 500 : 400);
}

/** Codes whose unmodelled body has `Message`; AWS writes `message` otherwise (recorded by dynalite). */
const CAPITAL_MESSAGE = new Set(['SerializationException', 'AccessDeniedException']);

/** The member that holds the message: as the model spells it, else as AWS does for the code. */
function messageMember(code: string, shape: Shape | undefined): string {
  const modelled = Object.keys(shape?.members ?? {}).find((name) => /^message$/i.test(name));
  return modelled ?? (CAPITAL_MESSAGE.has(code) ? 'Message' : 'message');
}

/** The members of an error's body; an empty message is left out, as AWS does. */
export function errorMembers(error: AwsError, shape: Shape | undefined): Record<string, unknown> {
  if (error.message === '') return error.fields;
  return { [messageMember(error.code, shape)]: error.message, ...error.fields };
}

/** Whose fault the query and XML protocols say it is. */
export function faultOf(status: number): 'Sender' | 'Receiver' {
  return status < 500 ? 'Sender' : 'Receiver';
}

/**
 * The body of a JSON error: `__type` where the protocol has it, the message, then the other members.
 * CloudWatch Logs answers a message that its model does not know, so it stands apart from the shape.
 */
export function jsonErrorBody(
  error: AwsError,
  shape: Shape | undefined,
  type: string | undefined,
  encodeFields: (fields: AwsError['fields']) => string,
): string {
  const message = error.message === '' ? undefined : error.message;
  const head = JSON.stringify({ __type: type, [messageMember(error.code, shape)]: message });
  const fields = encodeFields(error.fields);
  if (head === '{}' || fields === '{}') return head === '{}' ? fields : head;
  return `${head.slice(0, -1)},${fields.slice(1)}`;
}
