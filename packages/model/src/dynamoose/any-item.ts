/** Items of models that nobody described to TypeScript: any attribute, of any type. */
import { Item } from './item/item.ts';

export class AnyItem extends Item {
  // oxlint-disable-next-line typescript/no-explicit-any -- that is what it is for
  [attribute: string]: any;
}
