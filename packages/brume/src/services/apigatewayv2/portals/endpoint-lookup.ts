/** Looks up what pages name of REST APIs, each stage once. */
import { AwsError } from '../../../model/aws-error.ts';
import type {
  IdentifierParts,
  StatusException,
} from '../../../model/generated/apigatewayv2.types.ts';
import type { RestEndpoint, RestStage, RestStagesPort } from '../../apigateway/port.ts';
import type { Scope } from '../../gateway/document-store.ts';

export interface FoundEndpoint extends RestEndpoint {
  readonly isPrivate: boolean;
}

export class EndpointLookup {
  readonly #restStages: () => Promise<RestStagesPort>;
  readonly #scope: Scope;
  readonly #stages = new Map<string, Promise<RestStage>>();

  constructor(restStages: () => Promise<RestStagesPort>, scope: Scope) {
    this.#restStages = restStages;
    this.#scope = scope;
  }

  /** Throws AWS's error for what is not there. */
  async find({ RestApiId, Stage, Path, Method }: IdentifierParts): Promise<FoundEndpoint> {
    const key = JSON.stringify([RestApiId, Stage]);
    const looking = this.#stages.get(key) ?? this.#findStage(RestApiId, Stage);
    this.#stages.set(key, looking);
    const stage = await looking;
    return { ...stage.describe(Path, Method), isPrivate: stage.isPrivate };
  }

  async #findStage(restApiId: string, stageName: string): Promise<RestStage> {
    return (await this.#restStages()).find(this.#scope, restApiId, stageName);
  }
}

/** What an error of AWS's is as a status; others are defects and thrown on. */
export function exceptionOf(error: unknown): StatusException {
  if (!(error instanceof AwsError)) throw error;
  return { Exception: error.code, Message: error.message };
}
