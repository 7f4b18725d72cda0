/** From a statement's text to what it asks for, with placeholders for names, literals, parameters. */
import type { AttributeMap } from '../items/attribute-value.ts';
import { cachedByText } from '../cached-by-text.ts';
import { validation } from '../errors.ts';
import type { PathSyntax, Syntax } from '../expressions/syntax.ts';
import { STATEMENTS_CACHED_MAX } from '../limits.ts';
import { compileCondition } from './compile-condition.ts';
import { compileUpdate, type CompiledUpdate } from './compile-update.ts';
import { structFields } from './literal-values.ts';
import type {
  DeleteNode,
  InsertNode,
  Node,
  OrderNode,
  ReturningNode,
  SelectNode,
  StatementNode,
  UpdateNode,
} from './nodes.ts';
import { parseStatement } from './parse-statement.ts';
import { pathSteps, Placeholders, shownNode } from './placeholders.ts';
import { EMPTY_PATH_COMPONENT, problemAt } from './problems.ts';

/** Where a statement reads or writes. */
export interface Source {
  readonly table: string;
  readonly index: string | undefined;
}

export type Compiled = CompiledSelect | CompiledInsert | CompiledUpdateStatement | CompiledDelete;

interface CompiledStatement {
  readonly source: Source;
  /** By placeholder. */
  readonly names: Readonly<Record<string, string>>;
  readonly literals: AttributeMap;
  readonly parameterCount: number;
}

export interface CompiledSelect extends CompiledStatement {
  readonly type: 'select';
  /** Inside EXISTS(…). */
  readonly exists: boolean;
  /** Undefined for all attributes. */
  readonly projection: readonly PathSyntax[] | undefined;
  readonly where: Syntax | undefined;
  readonly orderBy: readonly { readonly name: string; readonly descending: boolean }[];
}

export interface CompiledInsert extends CompiledStatement {
  readonly type: 'insert';
  readonly fields: ReadonlyMap<string, Node>;
}

export interface CompiledUpdateStatement extends CompiledStatement {
  readonly type: 'update';
  readonly update: CompiledUpdate;
  readonly where: Syntax | undefined;
  readonly returning: ReturningNode | undefined;
}

export interface CompiledDelete extends CompiledStatement {
  readonly type: 'delete';
  readonly where: Syntax | undefined;
  readonly returning: ReturningNode | undefined;
}

export const compile: (text: string) => Compiled = cachedByText(STATEMENTS_CACHED_MAX, (text) => {
  const { root, parameterCount } = parseStatement(text);
  const inner = root.type === 'call' && root.name === 'exists' ? root.operands[0] : undefined;
  const exists = inner?.type === 'statement' && inner.statement.type === 'select';
  const node = exists ? inner : root;
  if (node.type !== 'statement') throw validation(`Unsupported operation: ${shownNode(node)}`);
  return compileNode(node.statement, parameterCount, exists);
});

function compileNode(node: StatementNode, parameterCount: number, exists: boolean): Compiled {
  if (node.refused !== undefined) throw node.refused;
  switch (node.type) {
    case 'select':
      return { ...compileSelect(node), parameterCount, exists };
    case 'insert':
      return { ...compileInsert(node), parameterCount };
    case 'update':
      return { ...compileUpdateStatement(node), parameterCount };
    case 'delete':
      return { ...compileDelete(node), parameterCount };
  }
}

function compileSelect(node: SelectNode): Omit<CompiledSelect, 'parameterCount' | 'exists'> {
  const placeholders = new Placeholders();
  const source = sourceOf(node.source);
  const projection = node.list?.map((each) => {
    if (each.type !== 'path') throw problemAt('Unexpected path component', each.token);
    if (each.steps.some(({ type }) => type === 'unpivot')) {
      throw validation("Changing item's hierarchy while reading isn't supported");
    }
    return placeholders.path(each);
  });
  const where = node.where && compileCondition(node.where, placeholders);
  const orderBy = node.orderBy.map(orderKey);
  if (orderBy.length > 0 && where === undefined) {
    throw validation('Must have WHERE clause in the statement when using ORDER BY clause.');
  }
  return { type: 'select', source, projection, where, orderBy, ...held(placeholders) };
}

function compileInsert({ table, item }: InsertNode): Omit<CompiledInsert, 'parameterCount'> {
  const source = sourceOf(table);
  if (source.index !== undefined) throw severalTables();
  if (item.type !== 'struct') {
    throw problemAt(
      'Unsupported format in item expression. Please use struct format {...} to express item ' +
        'values for insert statement.',
      item.token,
    );
  }
  const fields = structFields(item, 'root');
  return { type: 'insert', source, fields, ...held(new Placeholders()) };
}

function compileUpdateStatement(node: UpdateNode): Omit<CompiledUpdateStatement, 'parameterCount'> {
  const placeholders = new Placeholders();
  const source = writtenSource(node.table);
  const update = compileUpdate(node.actions, placeholders);
  const where = node.where && compileCondition(node.where, placeholders);
  const { returning } = node;
  return { type: 'update', source, update, where, returning, ...held(placeholders) };
}

function compileDelete(node: DeleteNode): Omit<CompiledDelete, 'parameterCount'> {
  const placeholders = new Placeholders();
  const source = writtenSource(node.table);
  const where = node.where && compileCondition(node.where, placeholders);
  const { returning } = node;
  if (returning !== undefined && (!returning.all || returning.fresh)) {
    const shown = `${returning.all ? 'ALL' : 'MODIFIED'} ${returning.fresh ? 'NEW' : 'OLD'} *`;
    throw validation(
      `Invalid returning clause: RETURNING ${shown}. ` +
        'Only RETURNING ALL OLD * is allowed in DELETE statements.',
    );
  }
  return { type: 'delete', source, where, returning, ...held(placeholders) };
}

function held({ names, literals }: Placeholders) {
  return { names, literals };
}

function sourceOf(node: Node): Source {
  if (node.type !== 'path') throw validation('Unexpected from source');
  if (node.steps.some(({ type }) => type !== 'name')) {
    throw validation('Invalid list expression in source.');
  }
  const [index, third] = pathSteps(node.steps);
  if (third !== undefined) {
    throw validation('A path may contain at most 2 components in the FROM clause');
  }
  if (node.root === '' || index === '') throw validation(EMPTY_PATH_COMPONENT);
  return { table: node.root, index: index === undefined ? undefined : String(index) };
}

function writtenSource(node: Node): Source {
  const source = sourceOf(node);
  if (source.index === undefined) return source;
  throw validation('This operation is not supported on an index');
}

function severalTables(): Error {
  return validation(
    'FROM clause may only contain a single table name in data manipulation statements',
  );
}

function orderKey({ key, descending }: OrderNode) {
  if (key.type === 'path' && key.steps.length === 0) return { name: key.root, descending };
  throw validation(
    `Argument to ORDER BY must be of type VariableReference. Type: ${shownNode(key)}`,
  );
}
