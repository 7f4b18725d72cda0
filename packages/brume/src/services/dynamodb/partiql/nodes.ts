/** What the parser makes of a statement, before anything is known of what DynamoDB can do. */
import type { Token } from './tokens.ts';

export type Node =
  | LiteralNode
  | PathNode
  | CallNode
  | OperationNode
  | TypeTestNode
  | StructNode
  | { readonly type: 'list' | 'bag'; readonly token: Token; readonly elements: readonly Node[] }
  /** `index` counts the statement's parameters from zero. */
  | { readonly type: 'parameter'; readonly token: Token; readonly index: number }
  | { readonly type: 'missing' | 'ion' | 'star'; readonly token: Token }
  | { readonly type: 'statement'; readonly token: Token; readonly statement: StatementNode };

export interface LiteralNode {
  readonly type: 'literal';
  readonly token: Token;
  readonly kind: 'S' | 'N' | 'BOOL' | 'NULL';
  /** Of a number, with its sign. */
  readonly text: string;
}

export interface PathNode {
  readonly type: 'path';
  readonly token: Token;
  readonly root: string;
  readonly steps: readonly Step[];
}

export type Step =
  | { readonly type: 'name'; readonly token: Token; readonly name: string }
  | { readonly type: 'index'; readonly token: Token; readonly index: number }
  | { readonly type: 'wildcard' | 'unpivot' | 'other'; readonly token: Token };

export interface CallNode {
  readonly type: 'call';
  readonly token: Token;
  /** In lower case: PartiQL does not care. */
  readonly name: string;
  readonly operands: readonly Node[];
}

/** `operator` is a symbol or a keyword in upper case; `token` is the operator's. */
export interface OperationNode {
  readonly type: 'operation';
  readonly token: Token;
  readonly operator: string;
  readonly operands: readonly Node[];
}

export interface TypeTestNode {
  readonly type: 'type-test';
  readonly token: Token;
  readonly operand: Node;
  /** As PartiQL shows it: `CHARACTER_VARYING`. */
  readonly typeName: string;
}

export interface StructNode {
  readonly type: 'struct';
  readonly token: Token;
  readonly fields: readonly { readonly key: Node; readonly value: Node }[];
}

export type StatementNode = SelectNode | InsertNode | UpdateNode | DeleteNode;

export interface SelectNode {
  readonly type: 'select';
  /** Undefined for `*`. */
  readonly list: readonly Node[] | undefined;
  readonly source: Node;
  readonly where: Node | undefined;
  readonly orderBy: readonly OrderNode[];
  /** Clauses that parse but that DynamoDB does not have: the first one's error. */
  readonly refused: Error | undefined;
}

export interface OrderNode {
  readonly key: Node;
  readonly descending: boolean;
}

export interface InsertNode {
  readonly type: 'insert';
  readonly table: PathNode;
  readonly item: Node;
  readonly refused: Error | undefined;
}

export interface UpdateNode {
  readonly type: 'update';
  readonly table: PathNode;
  readonly actions: readonly ActionNode[];
  readonly where: Node | undefined;
  readonly returning: ReturningNode | undefined;
  readonly refused: Error | undefined;
}

/** REMOVE where there is no value. */
export interface ActionNode {
  readonly path: PathNode;
  readonly value: Node | undefined;
}

export interface DeleteNode {
  readonly type: 'delete';
  readonly table: PathNode;
  readonly where: Node | undefined;
  readonly returning: ReturningNode | undefined;
  readonly refused: Error | undefined;
}

export interface ReturningNode {
  readonly all: boolean;
  readonly fresh: boolean;
}
