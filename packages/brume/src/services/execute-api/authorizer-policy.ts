/**
 * The policies that Lambda authorizers answer with: whether one allows to invoke a route. Allowed only
 * by a statement that says so; what cannot be evaluated never allows, and always denies.
 */
import { matchesGlob } from './glob.ts';

interface Statement {
  readonly denies: boolean;
  /** It has elements (conditions, negations) that are not evaluated here. */
  readonly isUnclear: boolean;
  readonly actions: readonly string[];
  readonly resources: readonly string[];
}

const ACTION = 'execute-api:invoke';

/** Undefined when the document is not a policy. */
export function compilePolicy(document: unknown): ((routeArn: string) => boolean) | undefined {
  if (typeof document !== 'object' || document === null) return undefined;
  const { Statement: stated } = document as { Statement?: unknown };
  const list = Array.isArray(stated) ? (stated as unknown[]) : [stated];
  const statements = list.map(parseStatement);
  if (statements.includes(undefined)) return undefined;
  const known = statements.filter((each) => each !== undefined);
  return (routeArn) => {
    const concerned = known.filter((statement) => concerns(statement, routeArn));
    if (concerned.some((statement) => statement.denies)) return false;
    return concerned.some((statement) => !statement.isUnclear);
  };
}

function parseStatement(value: unknown): Statement | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { Effect: effect, Action, Resource, ...rest } = value as Readonly<Record<string, unknown>>;
  if (effect !== 'Allow' && effect !== 'Deny') return undefined;
  const isUnclear = ['Condition', 'NotAction', 'NotResource'].some((name) => name in rest);
  const actions = texts(Action) ?? (isUnclear ? ['*'] : undefined);
  const resources = texts(Resource) ?? (isUnclear ? ['*'] : undefined);
  if (!actions || !resources) return undefined;
  return { denies: effect === 'Deny', isUnclear, actions, resources };
}

function texts(value: unknown): string[] | undefined {
  const list: unknown[] = Array.isArray(value) ? value : [value];
  return list.every((each) => typeof each === 'string') ? list : undefined;
}

function concerns({ actions, resources }: Statement, routeArn: string): boolean {
  return (
    actions.some((action) => matchesGlob(action.toLowerCase(), ACTION)) &&
    resources.some((resource) => matchesGlob(resource, routeArn))
  );
}
