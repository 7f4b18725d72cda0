/** `dynamoose.aws.converter`: the functions between plain values and attribute values. */
import { convertToAttr, convertToNative, marshall, unmarshall } from '../../attribute-value.ts';

export interface Converter {
  marshall: (value: never, options?: object) => unknown;
  unmarshall: (attributes: never, options?: object) => unknown;
  convertToAttr: (value: unknown, options?: object) => unknown;
  convertToNative: (attribute: never, options?: object) => unknown;
}

const ours = { marshall, unmarshall, convertToAttr, convertToNative };
let current: typeof ours = ours;

/** The functions in use: ours, which answer as the SDK's do, or those that were set. */
export function converter(): typeof ours {
  return current;
}

converter.set = (custom: Converter): void => {
  current = custom as unknown as typeof ours;
};

converter.revert = (): void => {
  current = ours;
};
