/** GetFunction and GetFunctionConfiguration. */
import type {
  FunctionConfiguration,
  GetFunctionConfigurationRequest,
  GetFunctionRequest,
  GetFunctionResponse,
} from '../../../model/generated/lambda.types.ts';
import type { RequestContext } from '../../service.ts';
import { functionConfiguration } from '../function-configuration.ts';
import { findVersion } from '../function-lookup.ts';
import { parseFunctionName } from '../function-name.ts';
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
    Code: {
      RepositoryType: 'S3',
      Location: state.downloads.url(context.baseUrl, version.code.blobId),
    },
    Tags: Object.keys(tags).length > 0 ? tags : undefined,
    Concurrency:
      reservedConcurrency === undefined
        ? undefined
        : { ReservedConcurrentExecutions: reservedConcurrency },
  };
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
