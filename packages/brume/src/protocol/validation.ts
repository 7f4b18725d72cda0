/**
 * Compiles shapes into closures that collect where a decoded input breaks the model's constraints.
 * A shape with no constraint at or below it compiles to nothing, so stored items are not walked.
 */
import type { ShapeReference } from '../model/shapes.ts';
import type { Constraint, Violation } from '../model/violation.ts';
import { type Check, compileChecks } from './constraint-checks.ts';
import { VIOLATIONS_MAX } from './limits.ts';
import type { OperationMatch } from './protocol.ts';
import { memoised, type ShapeTable } from './shape-table.ts';

/** Validates a value that is there. `path` is the value's own, changed and restored on the way. */
type Validate = (value: unknown, path: (string | number)[], found: Violation[]) => void;

interface Members {
  readonly [name: string]: unknown;
}

const NONE: readonly Violation[] = [];

export function validatorCompiler(
  shapes: ShapeTable,
): (match: OperationMatch, input: unknown) => readonly Violation[] {
  const compile = compiler(shapes);
  return ({ operation }, input) => {
    const validate = operation.input && compile(operation.input);
    if (!validate) return NONE;
    const found: Violation[] = [];
    validate(input, [], found);
    return found;
  };
}

function compiler(shapes: ShapeTable): (reference: ShapeReference) => Validate | undefined {
  const isConstrained = constrainedShapes(shapes);
  const compile = (reference: ShapeReference) =>
    isConstrained.has(reference.shape) ? containers(reference.shape) : undefined;

  const containers = memoised((shapeName: string): Validate => {
    const shape = shapes.of({ shape: shapeName });
    const own = checker(compileChecks(shape), shape.sensitive === true);
    switch (shape.type) {
      case 'structure':
        return structure(shapes, shapeName, compile);
      case 'list':
        return both(own, list(shapes, shapes.element(shape), compile));
      case 'map':
        return both(own, map(shapes, shapes.entry(shape), compile));
      default:
        return own;
    }
  });
  return compile;
}

/** Names of the shapes that have a constraint themselves, or somewhere below. */
function constrainedShapes(shapes: ShapeTable): ReadonlySet<string> {
  const entries = Object.entries(shapes.model.shapes);
  const constrained = new Set<string>();
  for (const [name, shape] of entries) {
    if (shape.required?.length || compileChecks(shape).length > 0) constrained.add(name);
  }
  for (let size = -1; size !== constrained.size;) {
    size = constrained.size;
    for (const [name, { member, key, value, members = {} }] of entries) {
      const parts = [member, key, value, ...Object.values(members)];
      if (parts.some((part) => part && constrained.has(part.shape))) constrained.add(name);
    }
  }
  return constrained;
}

function both(first: Validate, second: Validate): Validate {
  return (value, path, found) => {
    first(value, path, found);
    second(value, path, found);
  };
}

function checker(checks: readonly Check[], sensitive: boolean): Validate {
  return (value, path, found) => {
    for (const { constraint, breaks } of checks) {
      if (breaks(value)) report(found, path, constraint, value, sensitive);
    }
  };
}

function structure(
  shapes: ShapeTable,
  shapeName: string,
  compile: (reference: ShapeReference) => Validate | undefined,
): Validate {
  const shape = shapes.of({ shape: shapeName });
  const required = new Set(shape.required);
  const members = shapes.members(shape).map(([name, reference]) => ({
    name,
    isRequired: required.has(name),
    validate: compile(reference),
  }));
  const checked = members.filter(({ isRequired, validate }) => isRequired || validate);
  return (value, path, found) => {
    for (const { name, isRequired, validate } of checked) {
      const member = (value as Members)[name];
      if (member !== undefined) {
        path.push(name);
        validate?.(member, path, found);
        path.pop();
      } else if (isRequired) {
        report(found, [...path, name], { type: 'required' }, undefined, false);
      }
    }
  };
}

/** AWS reports what an element breaks at the list, once; what is inside a structure at its member. */
function list(
  shapes: ShapeTable,
  element: ShapeReference,
  compile: (reference: ShapeReference) => Validate | undefined,
): Validate {
  const elements = partChecker(shapes, element, 'element');
  const inside = isContainer(shapes, element) ? compile(element) : undefined;
  return (value, path, found) => {
    const entries = value as readonly unknown[];
    if (elements && entries.some(elements.isBroken)) elements.report(value, path, found);
    if (!inside) return;
    for (let index = 0; index < entries.length && found.length < VIOLATIONS_MAX; index++) {
      path.push(index);
      inside(entries[index], path, found);
      path.pop();
    }
  };
}

function map(
  shapes: ShapeTable,
  entry: { key: ShapeReference; value: ShapeReference },
  compile: (reference: ShapeReference) => Validate | undefined,
): Validate {
  const keys = partChecker(shapes, entry.key, 'key');
  const values = partChecker(shapes, entry.value, 'value');
  const inside = isContainer(shapes, entry.value) ? compile(entry.value) : undefined;
  return (value, path, found) => {
    const members = value as Members;
    const names = Object.keys(members);
    if (keys && names.some(keys.isBroken)) keys.report(value, path, found);
    if (values && names.some((name) => values.isBroken(members[name]))) {
      values.report(value, path, found);
    }
    if (!inside) return;
    for (const name of names) {
      if (found.length >= VIOLATIONS_MAX) break;
      path.push(name);
      inside(members[name], path, found);
      path.pop();
    }
  };
}

/** True when a collection's elements can themselves hold violations with a path of their own. */
function isContainer(shapes: ShapeTable, element: ShapeReference): boolean {
  return ['structure', 'list', 'map'].includes(shapes.of(element).type);
}

/** Checks what a collection is made of; undefined where nothing constrains it. */
function partChecker(
  shapes: ShapeTable,
  part: ShapeReference,
  type: 'element' | 'key' | 'value',
): { isBroken: (part: unknown) => boolean; report: Validate } | undefined {
  const { sensitive = false, ...shape } = shapes.of(part);
  const checks = compileChecks(shape);
  if (checks.length === 0) return undefined;
  const constraint = { type, constraints: checks.map((check) => check.constraint) };
  const [only] = checks;
  return {
    isBroken:
      checks.length === 1 && only
        ? only.breaks
        : (value) => checks.some(({ breaks }) => breaks(value)),
    report: (whole, path, found) => report(found, path, constraint, whole, sensitive),
  };
}

function report(
  found: Violation[],
  path: readonly (string | number)[],
  constraint: Constraint,
  value: unknown,
  sensitive: boolean,
): void {
  if (found.length < VIOLATIONS_MAX) found.push({ path: [...path], constraint, value, sensitive });
}
