/** Recordings of permissions and tags. */
import assert from 'node:assert/strict';
import {
  AddPermissionCommand,
  CreateFunctionCommand,
  DeleteFunctionCommand,
  GetFunctionCommand,
  GetPolicyCommand,
  ListTagsCommand,
  PublishVersionCommand,
  RemovePermissionCommand,
  TagResourceCommand,
  UntagResourceCommand,
  type AddPermissionCommandInput,
} from '@aws-sdk/client-lambda';
import {
  ACCOUNT,
  definition,
  FUNCTION_ARN,
  settled,
  type Play,
  type Script,
} from './recordings.ts';

const FunctionName = 'my-function';
const ARN = `${FUNCTION_ARN}:${FunctionName}`;
const SourceArn = 'arn:aws:s3:::my-bucket';

async function create({ client }: Play, more: object = {}): Promise<void> {
  await client.send(new CreateFunctionCommand({ ...definition(FunctionName), ...more }));
  await settled(client, FunctionName);
}

const add = ({ client }: Play, more: Partial<AddPermissionCommandInput>) =>
  client.send(
    new AddPermissionCommand({
      FunctionName,
      StatementId: 's3',
      Action: 'lambda:InvokeFunction',
      Principal: 's3.amazonaws.com',
      ...more,
    }),
  );

const getPolicy = ({ client }: Play, Qualifier?: string, name = FunctionName) =>
  client.send(new GetPolicyCommand({ FunctionName: name, Qualifier }));

const remove = ({ client }: Play, more: object) =>
  client.send(new RemovePermissionCommand({ FunctionName, StatementId: 's3', ...more }));

const publish = ({ client }: Play) => client.send(new PublishVersionCommand({ FunctionName }));

const exceptions: Script = async (play) => {
  await create(play);
  play.bind('<function-name>', FunctionName);
  const refused = (name: string, more: Partial<AddPermissionCommandInput>) =>
    play.step(name, add(play, { SourceArn, ...more }));
  await refused('add_permission_invalid_statement_id', { StatementId: 'example.com' });
  const mismatch = { FunctionName: `${FunctionName}:alias-not-42`, Qualifier: '42' };
  await refused('add_permission_fn_qualifier_mismatch', mismatch);
  await refused('add_permission_fn_qualifier_latest', { Qualifier: '$LATEST' });
  await refused('add_permission_principal_invalid', { Principal: 'invalid.nonaws.com' });
  await play.step('get_policy_fn_doesnotexist', getPolicy(play, undefined, 'doesnotexist'));
  await play.step('get_policy_fn_version_doesnotexist', getPolicy(play, '42'));
  await refused('add_permission_fn_doesnotexist', { FunctionName: 'doesnotexist' });
  await play.step('remove_permission_policy_doesnotexist', remove(play, {}));
  const alias = { Qualifier: 'alias-doesnotexist' };
  await refused('add_permission_fn_alias_doesnotexist', alias);
  await refused('add_permission_fn_version_doesnotexist', { Qualifier: '42' });
  const odd = { Qualifier: 'invalid-qualifier-with-?-char' };
  await refused('add_permission_fn_qualifier_invalid', odd);
  const valid = { Qualifier: 'valid-with-$-but-doesnotexist' };
  await refused('add_permission_fn_qualifier_valid_doesnotexist', valid);
  await add(play, { SourceArn });
  await refused('add_permission_conflicting_statement_id', {});
  const missing = { FunctionName: 'doesnotexist' };
  await play.step('remove_permission_fn_doesnotexist', remove(play, missing));
  await play.step('remove_permission_fn_alias_doesnotexist', remove(play, alias));
};

const versioning: Script = async (play) => {
  await create(play);
  await play.step('add_permission', add(play, { SourceArn }));
  const { RevisionId } = await play.step('get_policy', getPolicy(play));
  assert.ok(RevisionId);
  await publish(play);
  await play.step('get_policy_after_publishing_latest', getPolicy(play));
  await play.step('get_policy_after_publishing_new_version', getPolicy(play, '1'));
  await add(play, { SourceArn, Qualifier: '1' });
  await play.step('get_policy_after_adding_to_new_version', getPolicy(play));
  await add(play, { SourceArn, StatementId: 's3_2' });
  await play.step('get_policy_after_adding_2', getPolicy(play));
};

const fields: Script = async (play) => {
  await create(play);
  const SourceAccount = ACCOUNT;
  const user = `arn:aws:iam::${ACCOUNT}:user/u`;
  play.bind('<user_arn>', user);
  const permit = (name: string, more: Partial<AddPermissionCommandInput>) =>
    play.step(`add_permission_${name}`, add(play, more));
  const wildcard = { StatementId: 'wilcard', Principal: '*', SourceAccount };
  await permit('principal_wildcard', wildcard);
  const service = { StatementId: 'lambda', Principal: 'lambda.amazonaws.com', SourceAccount };
  await permit('principal_service', service);
  await permit('principal_account', { StatementId: 'account-id', Principal: ACCOUNT });
  await permit('principal_arn', { StatementId: 'user-arn', Principal: user, SourceAccount });
  await permit('optional_fields', {
    StatementId: 'urlPermission',
    Action: 'lambda:InvokeFunctionUrl',
    Principal: '*',
    SourceArn,
    SourceAccount,
    FunctionUrlAuthType: 'NONE',
    PrincipalOrgID: 'o-1234567890',
  });
  await permit('alexa_skill', {
    StatementId: 'alexaSkill',
    Principal: '*',
    EventSourceToken: 'amzn1.ask.skill.xxxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx',
  });
};

const revisions: Script = async (play) => {
  await create(play, { Runtime: 'python3.8' });
  const wrong = { RevisionId: 'wrong' };
  await play.step('add_permission_revision_id_doesnotmatch', add(play, { SourceArn, ...wrong }));
  await add(play, { SourceArn });
  await play.step('remove_permission_fn_revision_id_doesnotmatch', remove(play, wrong));
  await publish(play);
  await add(play, { SourceArn, StatementId: 's3_2' });
  await add(play, { SourceArn, StatementId: 's3_2', Qualifier: '1' });
  play.leaveOut(
    'revisions among functions of before 2023, without the members that have come since',
    'get_policy_after_publish_version',
    'get_policy_v1_after_publish_version',
    'get_function_fn8',
    'get_function_fn8_v1',
    'get_function_fn9',
    'get_function_fn9_v1',
    'get_policy_v1_after_add_permission9',
  );
};

const tag = ({ client }: Play, Tags: Record<string, string>, Resource = ARN) =>
  client.send(new TagResourceCommand({ Resource, Tags }));
const untag = ({ client }: Play, ...TagKeys: string[]) =>
  client.send(new UntagResourceCommand({ Resource: ARN, TagKeys }));
const listTags = ({ client }: Play, Resource = ARN) =>
  client.send(new ListTagsCommand({ Resource }));
const getFunction = ({ client }: Play) => client.send(new GetFunctionCommand({ FunctionName }));

/** So many tags as the recorder made them. */
const many = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`${i}_key`, `${i}_value`]));

const tagging: Script = async (play) => {
  await create(play);
  const steps: [string, () => Promise<unknown>][] = [
    ['tag_single_response', () => tag(play, { A: 'tag-a' })],
    ['tag_multiple_response', () => tag(play, { B: 'tag-b', C: 'tag-c' })],
    ['tag_overlap_response', () => tag(play, { C: 'tag-c-newsuffix', D: 'tag-d' })],
    ['untag_single_response', () => untag(play, 'A')],
    ['untag_multiple_response', () => untag(play, 'B', 'C')],
    ['untag_nonexisting_response', () => untag(play, 'F')],
    ['untag_existing_and_nonexisting_response', () => untag(play, 'D', 'F')],
  ];
  for (const [name, send] of steps) {
    await play.step(name, send());
    await play.step(`${name}_listtags`, listTags(play));
  }
};

const tagLifecycle: Script = async (play) => {
  await create(play, { Tags: { key_a: 'value_a' } });
  const show = async (after: string) => {
    await play.step(`list_tags_response_${after}`, listTags(play));
    await play.step(`get_fn_response_${after}`, getFunction(play));
  };
  await show('postfncreate');
  const tags = { key_b: 'value_b', key_c: 'value_c', key_d: 'value_d', key_e: 'value_e' };
  await play.step('tag_resource_response', tag(play, tags));
  await show('postaddtags');
  await play.step('tag_resource_overwrite', tag(play, { key_b: 'value_b', key_c: 'value_x' }));
  await show('overwrite');
  await untag(play, 'key_c', 'key_d');
  await show('postuntag');
  await untag(play, 'key_a', 'key_b', 'key_e');
  await show('postuntagall');
  await play.client.send(new DeleteFunctionCommand({ FunctionName }));
  await play.step('list_tags_postdelete', listTags(play));
};

const tagLimits: Script = async (play) => {
  await create(play);
  await play.step('tag_lambda_too_many_tags', tag(play, many(51)));
  await play.step('tag_response', tag(play, many(50)));
  await play.step('list_tags_response', listTags(play));
  await play.step('get_fn_response', getFunction(play));
  await play.step('tag_lambda_too_many_tags_additional', tag(play, { a_key: 'a_value' }));
  const other = { ...definition('other'), Tags: many(51) };
  const refused = play.client.send(new CreateFunctionCommand(other));
  await play.step('create_function_invalid_tags', refused);
};

const tagExceptions: Script = async (play) => {
  await create(play);
  const missing = `${FUNCTION_ARN}:doesnotexist`;
  play.leaveOut(
    'the model has since got another pattern, which is quoted',
    'tag_lambda_invalidarn',
  );
  await play.step('tag_lambda_doesnotexist', tag(play, { A: 'B' }, missing));
  const version = tag(play, { A: 'B' }, `${ARN}:v1`);
  await play.step('tag_lambda_qualifier_doesnotexist', version);
  await play.step('list_tag_lambda_empty', listTags(play));
  await play.step('untag_nomatch', untag(play, 'somekey'));
  await play.step('untag_empty_keys', untag(play));
  await play.step('tag_empty_tags', tag(play, {}));
};

const tagMissing: Script = async (play) => {
  await create(play);
  await play.step('pre_delete_get_function', getFunction(play));
  await play.client.send(new DeleteFunctionCommand({ FunctionName }));
  await play.step('not_found_exception_tag', tag(play, { A: 'B' }));
  await play.step('not_found_exception_untag', untag(play, 'A'));
  await play.step('not_found_exception_list', listTags(play));
};

const P = 'TestLambdaPermissions::test';

export const permissions: Readonly<Record<string, Script>> = {
  [`${P}_permission_exceptions`]: exceptions,
  [`${P}_lambda_permission_versioning`]: versioning,
  [`${P}_add_lambda_permission_fields`]: fields,
  [`${P}_lambda_permission_revisions`]: revisions,
  'TestLambdaTag::test_tag_lifecycle[lambda_function]': tagging,
  'TestLambdaTags::test_tag_lifecycle': tagLifecycle,
  'TestLambdaTags::test_tag_limits': tagLimits,
  'TestLambdaTags::test_tag_exceptions': tagExceptions,
  'TestLambdaTag::test_tag_nonexisting_resource': tagMissing,
};
