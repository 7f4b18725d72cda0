/** The comparisons that conditions are made of, and how each is written in an expression. */

export type Operator =
  | 'EQ'
  | 'NE'
  | 'LT'
  | 'LE'
  | 'GT'
  | 'GE'
  | 'BEGINS_WITH'
  | 'CONTAINS'
  | 'NOT_CONTAINS'
  | 'EXISTS'
  | 'NOT_EXISTS'
  | 'IN'
  | 'BETWEEN';

export interface Comparison {
  readonly operator: Operator;
  /** What `not()` makes of it; without one it cannot be negated. */
  readonly opposite?: Operator;
}

export const comparisons: ReadonlyMap<string, Comparison> = new Map<string, Comparison>([
  ['eq', { operator: 'EQ', opposite: 'NE' }],
  ['ne', { operator: 'NE', opposite: 'EQ' }],
  ['lt', { operator: 'LT', opposite: 'GE' }],
  ['le', { operator: 'LE', opposite: 'GT' }],
  ['gt', { operator: 'GT', opposite: 'LE' }],
  ['ge', { operator: 'GE', opposite: 'LT' }],
  ['beginsWith', { operator: 'BEGINS_WITH' }],
  ['contains', { operator: 'CONTAINS', opposite: 'NOT_CONTAINS' }],
  ['exists', { operator: 'EXISTS', opposite: 'NOT_EXISTS' }],
  ['in', { operator: 'IN' }],
  ['between', { operator: 'BETWEEN' }],
]);

const symbols: Partial<Record<Operator, string>> = {
  EQ: '=',
  NE: '<>',
  LT: '<',
  LE: '<=',
  GT: '>',
  GE: '>=',
};

/** Whether the comparison has a list of values, each with its own placeholder. */
export function isListed(operator: Operator): boolean {
  return operator === 'IN' || operator === 'BETWEEN';
}

export function hasValue(operator: Operator): boolean {
  return operator !== 'EXISTS' && operator !== 'NOT_EXISTS';
}

/** The comparison in DynamoDB's expression language, with the spaces that Dynamoose writes. */
export function write(operator: Operator, name: string, values: readonly string[]): string {
  const [first = ''] = values;
  switch (operator) {
    case 'BEGINS_WITH':
      return `begins_with (${name}, ${first})`;
    case 'CONTAINS':
      return `contains (${name}, ${first})`;
    case 'NOT_CONTAINS':
      return `NOT contains (${name}, ${first})`;
    case 'EXISTS':
      return `attribute_exists (${name})`;
    case 'NOT_EXISTS':
      return `attribute_not_exists (${name})`;
    case 'IN':
      return `${name} IN (${values.join(', ')})`;
    case 'BETWEEN':
      return `${name} BETWEEN ${first} AND ${values[1] ?? ''}`;
    default:
      return `${name} ${symbols[operator]} ${first}`;
  }
}
