/** Text with `${stageVariables.name}` in it: addresses of endpoints and functions. */
import type { Strings } from './rest-request.ts';

export type StageText = (variables: Strings) => string;

/** A variable that the stage does not have is nothing, as with AWS. */
export function compileStageText(text: string): StageText {
  if (!text.includes('${')) return () => text;
  return (variables) =>
    text.replaceAll(/\$\{stageVariables\.([^}]+)\}/g, (_, name: string) => variables[name] ?? '');
}

/** The function in an integration's or authorizer's address; undefined where there is none. */
export function functionOf(uri: string): StageText | undefined {
  const [, functionArn] =
    /:lambda:path\/\d{4}-\d\d-\d\d\/functions\/(.+)\/(?:invocations|response-streaming-invocations)$/s.exec(
      uri,
    ) ?? [];
  return functionArn === undefined ? undefined : compileStageText(functionArn);
}
