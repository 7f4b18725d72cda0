/**
 * The changes that `Update…` operations take: `{ op, path, value }`, checked and applied by a table of
 * the paths that a resource has. Not JSON Patch: values are text, and entries of maps and lists are
 * addressed by their names, in which `~1` stands for a slash.
 */
import type { AwsError } from '../../../model/aws-error.ts';
import type { Op, PatchOperation } from '../../../model/generated/apigateway.types.ts';
import { badRequest, notFound } from '../../gateway/errors.ts';
import { PATCH_OPERATIONS_MAX } from '../limits.ts';

export type ValueType =
  /** Empty text, like none, takes the member away. */
  | 'text'
  | 'text-or-empty'
  /** `true` in any case; all else is false (recorded 2024-04). */
  | 'flag'
  | 'integer'
  | 'number'
  /** A list of which only one entry can be set. */
  | 'sole'
  /** A list whose entries are named by the path. */
  | 'names'
  /** A list whose entries are named by the value. */
  | 'values'
  | 'text-map'
  | 'flag-map';

export interface PatchRule {
  readonly ops: readonly Op[];
  readonly type: ValueType;
  /** Where the change goes, where the path does not say it. */
  readonly members?: readonly string[];
  /** What is said of a value that does not fit. */
  readonly invalid?: string;
  /** What is said of an entry that is not there; where absent, replacing one adds it. */
  readonly missing?: string;
  /** What is said of another operation. */
  readonly otherOp?: string;
}

/** By path; `{…}` is one segment, whatever it says. */
export type PatchRules = Readonly<Record<string, PatchRule>>;

export interface PatchTable {
  readonly rules: PatchRules;
  readonly refuse: (operation: PatchOperation, rules: PatchRules) => AwsError;
}

/** Takes an operation that no rule describes, and says whether it has. */
export type Special = (operation: PatchOperation, segments: readonly string[]) => boolean;

type Members = Record<string, unknown>;

/** Changes `target`, in the order of the operations. */
export function applyPatch(
  { rules, refuse }: PatchTable,
  target: object,
  operations: readonly PatchOperation[] = [],
  special: Special = () => false,
): void {
  if (operations.length > PATCH_OPERATIONS_MAX) {
    throw badRequest(`An update has at most ${PATCH_OPERATIONS_MAX} patch operations`);
  }
  for (const operation of operations) {
    const segments = segmentsOf(operation.path);
    if (special(operation, segments)) continue;
    const found = findRule(rules, segments);
    if (!found) throw refuse(operation, rules);
    const { op } = operation;
    if (!op || !found.rule.ops.includes(op)) {
      throw found.rule.otherOp ? badRequest(found.rule.otherOp) : refuse(operation, rules);
    }
    applyOne(target as Members, found, { ...operation, op });
  }
}

export function segmentsOf(path = ''): string[] {
  const segments = path.split('/').slice(path.startsWith('/') ? 1 : 0);
  return segments.map((segment) => segment.replaceAll('~1', '/').replaceAll('~0', '~'));
}

interface Found {
  readonly rule: PatchRule;
  /** Members from the resource to what is changed. */
  readonly members: readonly string[];
  /** The entry's name, in maps and lists. */
  readonly name: string;
}

function findRule(rules: PatchRules, segments: readonly string[]): Found | undefined {
  for (const [pattern, rule] of Object.entries(rules)) {
    if (!matches(pattern, segments)) continue;
    const parts = pattern.slice(1).split('/');
    const members = rule.members ?? parts.filter((part) => !part.startsWith('{'));
    return { rule, members, name: segments.at(-1) ?? '' };
  }
  return undefined;
}

export function matches(pattern: string, segments: readonly string[]): boolean {
  const parts = pattern.slice(1).split('/');
  if (parts.length !== segments.length) return false;
  return parts.every((part, at) => part.startsWith('{') || part === segments[at]);
}

function applyOne(
  target: Members,
  { rule, members, name }: Found,
  operation: PatchOperation & { op: Op },
): void {
  const last = members.at(-1) ?? '';
  let parent = target;
  for (const member of members.slice(0, -1)) parent = parent[member] = mapFrom(parent[member]);
  switch (rule.type) {
    case 'names':
    case 'values':
    case 'sole':
      parent[last] = changeList(parent[last] as string[] | undefined, rule, operation, name);
      return;
    case 'text-map':
    case 'flag-map':
      parent[last] = changeMap(parent[last], { rule, member: last, name }, operation);
      return;
    default:
      parent[last] = operation.op === 'remove' ? undefined : valueOf(operation, rule);
  }
}

/** A copy without a prototype: names such as `__proto__` are entries like others. */
export function mapFrom(value: unknown): Members {
  return Object.assign(Object.create(null) as Members, value);
}

function changeMap(
  value: unknown,
  { rule, member, name }: { rule: PatchRule; member: string; name: string },
  operation: PatchOperation & { op: Op },
): Members | undefined {
  const map = mapFrom(value);
  if (operation.op !== 'add' && rule.missing !== undefined && !(name in map)) {
    throw notFound(rule.missing);
  }
  if (operation.op === 'remove') delete map[name];
  else if (operation.value === undefined) {
    throw badRequest(`Invalid null or empty value in ${member}`);
  } else map[name] = valueOf(operation, rule);
  return Object.keys(map).length === 0 ? undefined : map;
}

/** A replaced entry comes last (recorded by LocalStack, `test_update_rest_api_operation_add_remove`). */
function changeList(
  list: readonly string[] = [],
  { type }: PatchRule,
  { op, value }: PatchOperation,
  name: string,
): string[] | undefined {
  const named = type === 'names' ? name : (value ?? name);
  const others = list.filter((entry) => entry !== named);
  if (op === 'remove') return others.length === 0 ? undefined : others;
  if (type === 'names' && op === 'replace') return [...others, value ?? name];
  return op === 'replace' ? [named] : [...others, named];
}

function valueOf({ op, value }: PatchOperation, { type, invalid }: PatchRule): unknown {
  if (type === 'flag' || type === 'flag-map') return value?.toLowerCase() === 'true';
  if (type === 'text-or-empty' || type === 'text-map') return value;
  if (value === undefined || value === '') return undefined;
  if (type === 'text') return value;
  const number = /^-?\d{1,15}(\.\d{1,15})?$/.test(value) ? Number(value) : NaN;
  if (type === 'number' ? Number.isNaN(number) : !Number.isSafeInteger(number)) {
    // Wording unverified where the rule has none.
    throw badRequest(invalid ?? `Invalid patch value  '${value}' specified for op '${op}'`);
  }
  return number;
}
