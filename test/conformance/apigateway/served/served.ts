/** All recorded tests of deployed APIs that are played, by their names. */
import { bytes } from './bytes.ts';
import { endpoints } from './endpoints.ts';
import { functions } from './functions.ts';
import { headers } from './headers.ts';
import { mocks } from './mocks.ts';
import type { ServedScenarios } from './scenario.ts';
import { tables } from './tables.ts';
import { templates } from './templates.ts';
import { validation } from './validation.ts';

export const served: ServedScenarios = {
  ...bytes,
  ...mocks,
  ...functions,
  ...endpoints,
  ...headers,
  ...tables,
  ...templates,
  ...validation,
};
