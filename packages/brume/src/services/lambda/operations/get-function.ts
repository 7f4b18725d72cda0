/** GetFunction and GetFunctionConfiguration. */
import type {
  FunctionCodeLocation,
  FunctionConfiguration,
  GetFunctionConfigurationRequest,
  GetFunctionRequest,
  GetFunctionResponse,
} from '../../../model/generated/lambda.types.ts';
import type { RequestContext } from '../../service.ts';
import { functionConfiguration } from '../function-configuration.ts';
import { findVersion } from '../function-lookup.ts';
import { parseFunctionName } from '../function-name.ts';
import type { VersionRecord } from '../function-record.ts';
import type { LambdaState } from '../state.ts';

export async function getFunction(
  state: LambdaState,
  input: GetFunctionRequest,
  context: RequestContext,
): Promise<GetFunctionResponse> {
  const reference = parseFunctionName(input.FunctionName, input.Qualifier, context);
  const { record, version } = await findVersion(state, reference);
  const { reservedConcurrency, tags } = record;
  return {
    Configuration: functionConfiguration(reference, version, reference.qualifier),
    Code: codeLocation(state, version, context),
    Tags: Object.keys(tags).length > 0 ? tags : undefined,
    Concurrency:
      reservedConcurrency === undefined
        ? undefined
        : { ReservedConcurrentExecutions: reservedConcurrency },
  };
}

function codeLocation(
  { downloads }: LambdaState,
  { code }: VersionRecord,
  { baseUrl }: RequestContext,
): FunctionCodeLocation {
  if (code.image) {
    const { uri, resolvedUri } = code.image;
    return { RepositoryType: 'ECR', ImageUri: uri, ResolvedImageUri: resolvedUri };
  }
  const Location = downloads.url(baseUrl, code.blobId);
  return { RepositoryType: 'S3', Location, SourceKMSKeyArn: code.sourceKmsKeyArn };
}

export async function getFunctionConfiguration(
  state: LambdaState,
  input: GetFunctionConfigurationRequest,
  context: RequestContext,
): Promise<FunctionConfiguration> {
  const reference = parseFunctionName(input.FunctionName, input.Qualifier, context);
  const { version } = await findVersion(state, reference);
  return functionConfiguration(reference, version, reference.qualifier);
}
