/** A plugin that says when items were last written. */
import type { Plugin } from '../entity/entity.ts';
import type { Hooks } from '../entity/hooks.ts';
import { invalidDefinition } from '../errors.ts';
import type { PathTo } from '../expression/path.ts';
import { nodeOf } from '../schema/attributes.ts';

export interface TimestampOptions {
  /** A date attribute; give it a default, since a new item lacks it. */
  readonly updated: string;
  readonly now?: () => Date;
}

/** When an item was created is a default: `created: date().default(() => new Date())`. */
export function timestamps({ updated, now = () => new Date() }: TimestampOptions): Plugin {
  return ({ name, attributes }) => {
    const attribute = attributes[updated];
    if (!attribute || nodeOf(attribute).type !== 'date') {
      throw invalidDefinition(`${name}: ${updated} must be a date attribute`);
    }
    const hooks: Hooks<typeof attributes> = {
      beforeSave: (item) => ({ ...item, [updated]: now() }),
      beforeUpdate: (_update, item, { set }) => [
        set((item as unknown as { [name: string]: PathTo<Date> })[updated] as PathTo<Date>, now()),
      ],
    };
    return hooks;
  };
}
