/** How long identifiers are, by kind of resource, and the values of API keys. */
import type { Random } from '../../environment/environment.ts';
import { LOWER, randomText } from '../gateway/identifiers.ts';

/** Of APIs, their resources, keys and plans. */
export const ID_LENGTH = 10;
/** Of authorizers, deployments, models, validators and documentation parts. */
export const SHORT_ID_LENGTH = 6;
const API_KEY_VALUE_LENGTH = 40;

const MIXED = `ABCDEFGHIJKLMNOPQRSTUVWXYZ${LOWER}`;

export function newApiKeyValue(random: Random): string {
  return randomText(random, API_KEY_VALUE_LENGTH, MIXED);
}
