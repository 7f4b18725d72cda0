/** Both libraries under one type, and what a case needs of each to run in it. */
import { createRequire } from 'node:module';
import { dynamoose as ours } from '../../packages/model/src/dynamoose/dynamoose.ts';

export type Library = typeof ours;

const require = createRequire(import.meta.url);

export const libraries = {
  theirs: require('dynamoose') as Library,
  ours,
} as const;

/** The model that attributes of type `reference` refer to, one for each library. */
export function referenceModel(library: Library): ReturnType<Library['model']> {
  return library.model(
    'Ref',
    { id: String, label: String },
    {
      create: false,
      waitForActive: false,
    },
  );
}
