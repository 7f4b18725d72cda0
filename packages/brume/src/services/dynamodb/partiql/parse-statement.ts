/** PartiQL's statements, as far as DynamoDB's parser reads them; what it refuses is refused later. */
import { validation } from '../errors.ts';
import type {
  ActionNode,
  Node,
  OrderNode,
  PathNode,
  ReturningNode,
  StatementNode,
} from './nodes.ts';
import { ExpressionParser, STRONGEST } from './parse-expression.ts';
import { malformed, problemAt } from './problems.ts';
import { TokenReader } from './token-reader.ts';

export interface ParsedStatement {
  readonly root: Node;
  /** How many `?` there are. */
  readonly parameterCount: number;
}

export function parseStatement(text: string): ParsedStatement {
  return new StatementParser(text).parse();
}

const ALIASED = 'Aliasing is not supported';
const SEVERAL_SOURCES = 'Only select from a single table or index is supported.';
const JOINS = ['cross', 'inner', 'left', 'right', 'full', 'outer', 'join', 'natural'];

class StatementParser {
  readonly #reader: TokenReader;
  readonly #expressions: ExpressionParser;
  /** The first thing that is read but that DynamoDB does not do. */
  #refused: Error | undefined;

  constructor(text: string) {
    this.#reader = new TokenReader(text);
    this.#expressions = new ExpressionParser(this.#reader, () => this.#statement());
  }

  parse(): ParsedStatement {
    const root = this.#expressions.expression();
    const ended = this.#reader.takeSymbol(';');
    if (this.#reader.token.type !== 'end') {
      throw malformed(
        ended
          ? 'Unexpected token after semicolon. (Only one query is allowed.)'
          : 'Unexpected token after expression',
      );
    }
    return { root, parameterCount: this.#expressions.parameterCount };
  }

  #statement(): Node | undefined {
    const { token } = this.#reader;
    const parse = this.#parserOf(token.text);
    if (parse === undefined) return undefined;
    this.#reader.next();
    const outer = this.#refused;
    this.#refused = undefined;
    const statement = parse();
    this.#refused = outer;
    return { type: 'statement', token, statement };
  }

  #parserOf(keyword: string): (() => StatementNode) | undefined {
    switch (keyword) {
      case 'select':
        return () => this.#select();
      case 'insert':
        return () => this.#insert();
      case 'update':
        return () => this.#update();
      case 'delete':
        return () => this.#delete();
      case 'from':
        return () => this.#fromFirst();
      case 'pivot':
        return () => this.#refuseNow(pivotOrValue());
      case 'create':
      case 'drop': {
        const what = this.#reader.isKeyword('index', 1) ? 'Index' : 'Table';
        const verb = keyword === 'create' ? 'Create' : 'Drop';
        return () => this.#refuseNow(validation(`Unsupported operation: ${verb}${what}`));
      }
      case 'exec':
        return () => this.#refuseNow(validation('Unsupported operation: Exec'));
      default:
        return undefined;
    }
  }

  #select(): StatementNode {
    const distinct = this.#reader.takeKeyword('distinct');
    if (distinct) this.#refuse(validation('Unsupported token in expression: DISTINCT'));
    else this.#reader.takeKeyword('all');
    if (this.#reader.takeKeyword('value')) this.#refuse(pivotOrValue());
    const list = this.#selectList();
    this.#reader.expectKeyword('from', 'Expected FROM after SELECT list');
    const source = this.#source();
    const where = this.#where();
    if (this.#reader.takeKeyword('group')) {
      this.#reader.expectKeyword('by', 'Expected BY after GROUP');
      do this.#expressions.expression();
      while (this.#reader.takeSymbol(','));
      this.#refuse(validation('Unsupported clause: GROUP BY'));
    }
    this.#refusedClause('having');
    const orderBy = this.#reader.takeKeyword('order') ? this.#orderBy() : [];
    this.#refusedClause('limit');
    return { type: 'select', list, source, where, orderBy, refused: this.#refused };
  }

  #selectList(): Node[] | undefined {
    if (this.#reader.takeSymbol('*')) {
      if (this.#reader.isSymbol(',')) throw notAlone();
      return undefined;
    }
    const list: Node[] = [];
    do {
      if (this.#reader.isSymbol('*')) throw notAlone();
      list.push(this.#expressions.expression());
      this.#alias(['as']);
    } while (this.#reader.takeSymbol(','));
    return list;
  }

  #source(): Node {
    if (this.#reader.takeKeyword('unpivot')) this.#refuse(validation(SEVERAL_SOURCES));
    const source = this.#expressions.expression(STRONGEST);
    this.#alias(['as', 'at', 'by']);
    const joined = JOINS.some((word) => this.#reader.isKeyword(word));
    if (!joined && !this.#reader.isSymbol(',')) return source;
    throw validation(SEVERAL_SOURCES);
  }

  #orderBy(): OrderNode[] {
    this.#reader.expectKeyword('by', 'Expected BY after ORDER');
    const keys: OrderNode[] = [];
    do {
      const key = this.#expressions.expression();
      const descending = this.#reader.takeKeyword('desc') !== undefined;
      if (!descending) this.#reader.takeKeyword('asc');
      keys.push({ key, descending });
    } while (this.#reader.takeSymbol(','));
    return keys;
  }

  #insert(): StatementNode {
    this.#reader.expectKeyword('into', 'Expected INTO after INSERT');
    const table = this.#expressions.simplePath();
    const single = this.#reader.takeKeyword('value') ?? this.#reader.takeKeyword('values');
    const item = this.#expressions.expression();
    // Inserting a bag of items has no VALUE before it.
    if (single?.text !== 'value') this.#refuse(severalItems());
    const at = this.#reader.takeKeyword('at');
    if (at) {
      this.#expressions.expression();
      this.#refuse(validation('AT is not supported in insert statements.'));
    }
    if (this.#returning()) this.#refuse(validation('RETURNING is not supported in INSERT'));
    return { type: 'insert', table, item, refused: this.#refused };
  }

  #update(): StatementNode {
    const table = this.#expressions.simplePath();
    this.#alias(['as', 'at', 'by']);
    const actions = this.#actions();
    const where = this.#where();
    const returning = this.#returning();
    return { type: 'update', table, actions, where, returning, refused: this.#refused };
  }

  /** `FROM table WHERE … SET …` is an UPDATE too. */
  #fromFirst(): StatementNode {
    const table = this.#source();
    const where = this.#where();
    const actions = this.#actions();
    const returning = this.#returning();
    if (table.type !== 'path') throw validation('Unexpected from source');
    return { type: 'update', table, actions, where, returning, refused: this.#refused };
  }

  #actions(): ActionNode[] {
    const actions: ActionNode[] = [];
    for (;;) {
      if (this.#reader.takeKeyword('set')) {
        do actions.push(this.#assignment());
        while (this.#reader.takeSymbol(','));
      } else if (this.#reader.takeKeyword('remove')) {
        actions.push({ path: this.#expressions.simplePath(), value: undefined });
      } else {
        break;
      }
    }
    if (actions.length === 0) throw malformed('Expected data manipulation');
    return actions;
  }

  #assignment(): ActionNode {
    const path: PathNode = this.#expressions.simplePath();
    this.#reader.expectSymbol('=', "'=' after the path to set");
    return { path, value: this.#expressions.expression() };
  }

  #delete(): StatementNode {
    this.#reader.expectKeyword('from', 'Expected FROM after DELETE');
    const table = this.#expressions.simplePath();
    this.#alias(['as', 'at', 'by']);
    const where = this.#where();
    const returning = this.#returning();
    return { type: 'delete', table, where, returning, refused: this.#refused };
  }

  #where(): Node | undefined {
    return this.#reader.takeKeyword('where') && this.#expressions.expression();
  }

  #returning(): ReturningNode | undefined {
    if (!this.#reader.takeKeyword('returning')) return undefined;
    const modified = this.#reader.takeKeyword('modified');
    if (!modified) this.#reader.expectKeyword('all', RETURNING_SYNTAX);
    const old = this.#reader.takeKeyword('old');
    if (!old) this.#reader.expectKeyword('new', RETURNING_SYNTAX);
    if (!this.#reader.takeSymbol('*')) {
      this.#expressions.expression();
      this.#refuse(
        validation("Expected '*' after ( MODIFIED | ALL ) ( NEW | OLD ) in RETURNING clause"),
      );
    }
    if (this.#reader.isSymbol(',')) {
      throw validation('Invalid syntax with multiple returning elements in RETURNING clause');
    }
    return { all: !modified, fresh: !old };
  }

  #alias(words: readonly string[]): void {
    for (;;) {
      const word = words.find((each) => this.#reader.isKeyword(each));
      if (word === undefined && !this.#reader.isName()) return;
      if (word !== undefined) this.#reader.next();
      if (!this.#reader.isName()) throw malformed('Expected identifier for alias');
      this.#reader.next();
      this.#refuse(validation(ALIASED));
    }
  }

  #refusedClause(word: string): void {
    if (!this.#reader.takeKeyword(word)) return;
    const { token } = this.#expressions.expression();
    this.#refuse(problemAt(`Unsupported clause: ${word.toUpperCase()}`, token));
  }

  #refuseNow(error: Error): never {
    throw error;
  }

  #refuse(error: Error): void {
    this.#refused ??= error;
  }
}

const RETURNING_SYNTAX = 'Expected ( MODIFIED | ALL ) ( NEW | OLD ) in RETURNING clause';

function pivotOrValue(): Error {
  return validation("Select projection doesn't support value or pivot keywords");
}

function notAlone(): Error {
  return malformed(
    "Other expressions may not be present in the select list when '*' is used without dot notation.",
  );
}

function severalItems(): Error {
  return validation(
    'Unsupported operation: Inserting multiple items in a single statement is not supported, use ' +
      '"INSERT INTO tableName VALUE item" instead',
  );
}
