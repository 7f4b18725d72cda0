/** UpdateFunctionCode: another package for `$LATEST`, and a version of it with `Publish`. */
import type {
  FunctionConfiguration,
  UpdateFunctionCodeRequest,
} from '../../../model/generated/lambda.types.ts';
import type { RequestContext } from '../../service.ts';
import { checkSignature } from '../code/code-signing.ts';
import { takePackage } from '../code/local-folder.ts';
import { measured, withStoredPackage } from '../code/package.ts';
import { featureUnsupported } from '../errors.ts';
import { imageForZip, zipForImage } from '../images/errors.ts';
import { takeImage } from '../images/take-image.ts';
import { functionConfiguration } from '../function-configuration.ts';
import { findFunction } from '../function-lookup.ts';
import { parseFunctionName } from '../function-name.ts';
import { noteKept } from '../function-settings.ts';
import type { FunctionRecord } from '../function-record.ts';
import type { LambdaState } from '../state.ts';
import { changeLatest, checkRevision } from '../update.ts';

export async function updateFunctionCode(
  state: LambdaState,
  input: UpdateFunctionCodeRequest,
  context: RequestContext,
): Promise<FunctionConfiguration> {
  const { qualifier: _, ...reference } = parseFunctionName(input.FunctionName, undefined, context);
  if (input.PublishTo !== undefined) throw featureUnsupported('publishing to $LATEST.PUBLISHED');
  const before = await findFunction(state.store, reference);
  checkRevision(before, input.RevisionId);
  await checkSignature(state, reference, before.codeSigningConfigArn, 'unsigned');
  const { code: oldCode, settings: old } = before.latest;
  if (!oldCode.image && input.ImageUri !== undefined) throw imageForZip();
  if (oldCode.image && input.ImageUri === undefined) throw zipForImage();
  const zip = oldCode.image
    ? await takeImage(state, input, input.Architectures ?? old.Architectures)
    : await takePackage(state, input);
  if (input.DryRun === true) {
    zip.release?.();
    // "the CodeSha256 hash value of the provided code will also be computed and returned" (API
    // reference, as rusoto_lambda 0.35 has it).
    const code = { ...oldCode, ...measured(zip) };
    return functionConfiguration(reference, { ...before.latest, code });
  }
  return withStoredPackage(state, zip, async (code) => {
    const change = ({ latest }: FunctionRecord) => ({
      code,
      settings: { ...latest.settings, ...architectures(input) },
    });
    const { replaced, version, qualifier } = await changeLatest(state, reference, input, change);
    if (replaced.code.blobId !== replaced.publishedBlobId) {
      await state.blobs.delete(replaced.code.blobId);
    }
    if (input.SourceKMSKeyArn) noteKept(state.log, reference, ['SourceKMSKeyArn']);
    return functionConfiguration(reference, version, qualifier);
  });
}

function architectures({ Architectures }: UpdateFunctionCodeRequest) {
  return Architectures === undefined ? {} : { Architectures };
}
