/** Looks shapes up in a model, and compiles each of them at most once, however they refer. */
import assert from 'node:assert/strict';
import type { ServiceModel, Shape, ShapeReference } from '../model/shapes.ts';

export class ShapeTable {
  readonly model: ServiceModel;

  constructor(model: ServiceModel) {
    this.model = model;
  }

  of(reference: ShapeReference): Shape {
    assert(Object.hasOwn(this.model.shapes, reference.shape), `no shape ${reference.shape}`);
    return this.model.shapes[reference.shape] as Shape;
  }

  /** The members of a structure in the model's order. */
  members(shape: Shape): readonly (readonly [string, ShapeReference])[] {
    return Object.entries(shape.members ?? {});
  }

  /** The element of a list. */
  element(shape: Shape): ShapeReference {
    assert(shape.member, 'a list has a member');
    return shape.member;
  }

  /** The key and the value of a map. */
  entry(shape: Shape): { key: ShapeReference; value: ShapeReference } {
    assert(shape.key && shape.value, 'a map has a key and a value');
    return { key: shape.key, value: shape.value };
  }
}

/**
 * Remembers what `compile` made of each shape. A shape that contains itself gets, where it recurs, a
 * closure that forwards to the finished one.
 */
export function memoised<Closure extends (...parameters: never[]) => unknown>(
  compile: (shapeName: string) => Closure,
): (shapeName: string) => Closure {
  const done = new Map<string, Closure | undefined>();
  return (shapeName) => {
    const known = done.get(shapeName);
    if (known) return known;
    if (done.has(shapeName)) {
      const forward = (...parameters: never[]) => (done.get(shapeName) as Closure)(...parameters);
      return forward as Closure;
    }
    done.set(shapeName, undefined);
    const closure = compile(shapeName);
    done.set(shapeName, closure);
    return closure;
  };
}
