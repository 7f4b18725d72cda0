/** What an OpenAPI document says of a REST API, before it becomes part of one. */
import type {
  EndpointConfiguration,
  Integration,
} from '../../../model/generated/apigateway.types.ts';
import type {
  StoredApi,
  StoredAuthorizer,
  StoredGatewayResponse,
  StoredMethod,
  StoredModel,
  StoredPart,
  StoredValidator,
} from '../rest-api-document.ts';

export interface ImportedApi {
  readonly settings: ImportedSettings;
  readonly models: readonly StoredModel[];
  readonly validators: readonly StoredValidator[];
  readonly authorizers: readonly StoredAuthorizer[];
  readonly gatewayResponses: readonly StoredGatewayResponse[];
  /** Ids for the resources of all paths, by path, parents before what is below them. */
  readonly resourceIds: ReadonlyMap<string, string>;
  readonly methods: readonly ImportedMethod[];
  readonly parts: readonly StoredPart[];
  /** What of the document has no effect. */
  readonly warnings: readonly string[];
}

/** Members that the document does not have are undefined. */
export type ImportedSettings = Pick<
  StoredApi,
  | 'name'
  | 'version'
  | 'description'
  | 'binaryMediaTypes'
  | 'minimumCompressionSize'
  | 'apiKeySource'
  | 'policy'
  | 'disableExecuteApiEndpoint'
  | 'securityPolicy'
  | 'endpointAccessMode'
> & { readonly endpointConfiguration: EndpointConfiguration };

/** What it refers to it names: the ids may be those of before. */
export interface ImportedMethod {
  readonly path: string;
  readonly method: StoredMethod;
  readonly authorizerName: string | undefined;
  readonly validatorName: string | undefined;
  readonly integration: Integration | undefined;
}
