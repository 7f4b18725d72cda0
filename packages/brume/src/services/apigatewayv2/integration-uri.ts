/** Where integrations and authorizers point to. Both kinds of address may hold stage variables. */
import { badRequest } from '../gateway/errors.ts';
import type { Template, Variable } from './port.ts';
import { parseTemplate } from './templates.ts';

/** Recorded from AWS (first version of the service, same validation). */
const NOT_A_FUNCTION =
  "Integrations of type 'AWS_PROXY' currently only supports Lambda function and Firehose stream invocations.";
const NOT_AN_ENDPOINT = 'Invalid HTTP endpoint specified for URI';

/** `arn:aws:apigateway:{region}:lambda:path/{date}/functions/{function ARN}/invocations` */
const INVOCATION =
  /^arn:[\w-]+:apigateway:[\w-]+:lambda:path\/[\d-]+\/functions\/(.+)\/invocations$/;
const FUNCTION =
  /^arn:[\w-]+:lambda:[\w-]+:\d{12}:function:(?:[\w-]|\$\{stageVariables\.\w+\})+(?::(?:[\w$-]|\$\{stageVariables\.\w+\})+)?$/;

/** The function's ARN from either form in which it may be given. */
export function parseFunctionUri(uri: string | undefined): Template {
  const arn = functionArn(uri);
  if (arn === undefined) throw badRequest(NOT_A_FUNCTION);
  return parseTemplate(arn, isStageVariable);
}

export function isFunctionUri(uri: string | undefined): boolean {
  return functionArn(uri) !== undefined;
}

function functionArn(uri: string | undefined): string | undefined {
  const arn = INVOCATION.exec(uri ?? '')?.[1] ?? uri;
  return arn !== undefined && FUNCTION.test(arn) ? arn : undefined;
}

export function parseHttpUri(uri: string | undefined): Template {
  if (uri === undefined || !/^https?:\/\/[^/\s]/.test(uri)) throw badRequest(NOT_AN_ENDPOINT);
  const filled = uri.replaceAll(/\$?\{[^}]*\}/g, 'x');
  if (!URL.canParse(filled)) throw badRequest(NOT_AN_ENDPOINT);
  return parseTemplate(uri, isStageVariable);
}

function isStageVariable(variable: Variable): boolean {
  return variable.type === 'stageVariables';
}
