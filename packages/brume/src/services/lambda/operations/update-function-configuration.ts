/** UpdateFunctionConfiguration: other settings for `$LATEST`. */
import type {
  FunctionConfiguration,
  UpdateFunctionConfigurationRequest,
} from '../../../model/generated/lambda.types.ts';
import type { RequestContext } from '../../service.ts';
import { checkSignature } from '../code/code-signing.ts';
import { invalidParameter } from '../errors.ts';
import { functionConfiguration } from '../function-configuration.ts';
import { findFunction } from '../function-lookup.ts';
import { parseFunctionName } from '../function-name.ts';
import type { FunctionRecord } from '../function-record.ts';
import { resolveLayers } from '../layers/function-layers.ts';
import { changedSettings, checkSettings, noteWithoutEffect } from '../function-settings.ts';
import type { LambdaState } from '../state.ts';
import { changeLatest } from '../update.ts';

export async function updateFunctionConfiguration(
  state: LambdaState,
  input: UpdateFunctionConfigurationRequest,
  context: RequestContext,
): Promise<FunctionConfiguration> {
  const { qualifier: _, ...reference } = parseFunctionName(input.FunctionName, undefined, context);
  checkSettings(input, state.runtimes);
  const layers = await resolveLayers(state, input.Layers, context);
  if (layers?.[0]) {
    const { codeSigningConfigArn } = await findFunction(state.store, reference);
    await checkSignature(state, reference, codeSigningConfigArn, layers[0].arn);
  }
  const change = ({ latest }: FunctionRecord) => {
    if (input.DurableConfig && !latest.settings.DurableConfig) {
      // "You cannot enable it on existing functions" (durable-configuration.html); Brume's own words.
      throw invalidParameter('DurableConfig can be enabled only when a function is created.');
    }
    return { code: latest.code, settings: changedSettings(latest.settings, input) };
  };
  const { version } = await changeLatest(state, reference, input, change, layers);
  noteWithoutEffect(state.log, reference, input);
  return functionConfiguration(reference, version);
}
