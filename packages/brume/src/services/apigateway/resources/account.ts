/** What API Gateway keeps of an account as a whole. */
import type {
  Account,
  GetAccountRequest,
  PatchOperation,
  UpdateAccountRequest,
} from '../../../model/generated/apigateway.types.ts';
import { badRequest } from '../../gateway/errors.ts';
import type { RequestContext } from '../../service.ts';
import { applyPatch } from '../patching/patch.ts';
import { accountPatch } from '../patching/tables.ts';
import type { RestState } from '../state.ts';

const ID = 'settings';

export async function getAccount(
  { accounts }: RestState,
  _input: GetAccountRequest,
  context: RequestContext,
): Promise<Account> {
  return describe(await accounts.find(context, ID));
}

export async function updateAccount(
  { accounts }: RestState,
  { patchOperations }: UpdateAccountRequest,
  context: RequestContext,
): Promise<Account> {
  if (!(await accounts.find(context, ID))) await accounts.create(context, ID, {});
  return accounts.update(context, ID, (settings) => {
    applyPatch(accountPatch, settings, patchOperations, changesFeature);
    const { cloudwatchRoleArn: arn } = settings;
    // The text is AWS's by several reports (terraform-provider-aws#8413, 2019).
    if (arn !== undefined && !/^arn:[\w-]+:iam::\d{12}:role\/\S+$/.test(arn)) {
      throw badRequest('The role ARN is not well formed');
    }
    return describe(settings);
  });
}

/**
 * Usage plans are all there is to add, and cannot be taken away ("Supported, but not for the UsagePlans
 * feature": API reference, "Patch operations"). Wordings from memory.
 */
function changesFeature({ op, value = '' }: PatchOperation, [member]: readonly string[]): boolean {
  if (member !== 'features') return false;
  if (value !== FEATURE) throw badRequest(`Invalid feature specified: ${value}`);
  if (op === 'remove') throw badRequest('Usage Plans cannot be disabled once enabled');
  if (op !== 'add') {
    throw badRequest('Invalid patch operation specified. Must be one of: [add, remove]');
  }
  return true;
}

const FEATURE = 'UsagePlans';

/** The limits are what AWS gives to an account by default. */
function describe(settings: { cloudwatchRoleArn?: string | undefined } = {}): Account {
  return {
    cloudwatchRoleArn: settings.cloudwatchRoleArn,
    throttleSettings: { burstLimit: 5_000, rateLimit: 10_000 },
    features: [FEATURE],
    apiKeyVersion: '4',
  };
}
