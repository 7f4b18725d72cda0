/** A compiled statement with its parameters: conditions, actions and items as expressions have them. */
import {
  attributesSizeBytes,
  emptyAttributes,
  typeOf,
  type AttributeMap,
  type AttributeValue,
} from '../items/attribute-value.ts';
import { validation } from '../errors.ts';
import type { Action, Condition, Path } from '../expressions/ast.ts';
import { Bindings } from '../expressions/bindings.ts';
import { bindCondition } from '../expressions/condition.ts';
import { bindProjection } from '../expressions/projection.ts';
import { ExpressionProblem, type Syntax } from '../expressions/syntax.ts';
import { bindUpdate } from '../expressions/update.ts';
import {
  compile,
  type Compiled,
  type CompiledDelete,
  type CompiledInsert,
  type CompiledSelect,
  type CompiledUpdateStatement,
  type Source,
} from './compile.ts';
import { literalValue } from './literal-values.ts';
import type { ReturningNode } from './nodes.ts';
import { parameterName } from './placeholders.ts';
import { PARAMETER_COUNT } from './problems.ts';
import { shownName } from './projection-names.ts';

export type Statement = Select | Write;
export type Write = Insert | Update | Delete;

export interface Select {
  readonly type: 'select';
  readonly source: Source;
  readonly exists: boolean;
  /** Undefined for all attributes. */
  readonly projection: readonly Path[] | undefined;
  readonly where: Condition | undefined;
  readonly orderBy: CompiledSelect['orderBy'];
}

export interface Insert {
  readonly type: 'insert';
  readonly source: Source;
  readonly item: AttributeMap;
  readonly sizeBytes: number;
}

export interface Update {
  readonly type: 'update';
  readonly source: Source;
  readonly actions: readonly Action[];
  readonly where: Condition | undefined;
  readonly returning: ReturningNode | undefined;
}

export interface Delete {
  readonly type: 'delete';
  readonly source: Source;
  readonly where: Condition | undefined;
  readonly returning: ReturningNode | undefined;
}

/** `parameters` are in canonical form. */
export function bindStatement(text: string, parameters: readonly AttributeValue[]): Statement {
  const compiled = compile(text);
  if (compiled.parameterCount !== parameters.length) throw validation(PARAMETER_COUNT);
  try {
    return bindCompiled(compiled, parameters);
  } catch (error) {
    throw error instanceof ExpressionProblem ? validation(error.message) : error;
  }
}

function bindCompiled(compiled: Compiled, parameters: readonly AttributeValue[]): Statement {
  if (compiled.type === 'insert') return bindInsert(compiled, parameters);
  const values = Object.assign(emptyAttributes(), compiled.literals);
  for (const [at, value] of parameters.entries()) values[parameterName(at)] = value;
  const bindings = new Bindings(compiled.names, values);
  switch (compiled.type) {
    case 'select':
      return bindSelect(compiled, bindings);
    case 'update':
      return bindUpdateStatement(compiled, bindings, parameters);
    case 'delete':
      return bindDelete(compiled, bindings);
  }
}

function bindSelect(compiled: CompiledSelect, bindings: Bindings): Select {
  const { source, exists, orderBy } = compiled;
  const names = compiled.projection?.map((syntax) => shownName(bindings.path(syntax))) ?? [];
  const repeated = names.find((name, at) => names.indexOf(name) < at);
  if (repeated !== undefined) {
    throw validation(`Duplicate identifiers in select clause: ${repeated}`);
  }
  const projection = compiled.projection && bindProjection(compiled.projection, bindings);
  return {
    type: 'select',
    source,
    exists,
    projection,
    where: bindWhere(compiled.where, bindings),
    orderBy,
  };
}

function bindInsert(
  { source, fields }: CompiledInsert,
  parameters: readonly AttributeValue[],
): Insert {
  const item = emptyAttributes();
  for (const [name, node] of fields) {
    item[name] =
      node.type === 'parameter' ? (parameters[node.index] as AttributeValue) : literalValue(node);
  }
  return { type: 'insert', source, item, sizeBytes: attributesSizeBytes(item) };
}

function bindUpdateStatement(
  { source, update, where, returning }: CompiledUpdateStatement,
  bindings: Bindings,
  parameters: readonly AttributeValue[],
): Update {
  for (const { parameter, problem } of update.sets) {
    const type = typeOf(parameters[parameter] as AttributeValue);
    if (type !== 'SS' && type !== 'NS' && type !== 'BS') throw problem();
  }
  return {
    type: 'update',
    source,
    actions: bindUpdate(update, bindings),
    where: bindWhere(where, bindings),
    returning,
  };
}

function bindDelete({ source, where, returning }: CompiledDelete, bindings: Bindings): Delete {
  return { type: 'delete', source, where: bindWhere(where, bindings), returning };
}

function bindWhere(where: Syntax | undefined, bindings: Bindings): Condition | undefined {
  return where && bindCondition(where, bindings);
}
