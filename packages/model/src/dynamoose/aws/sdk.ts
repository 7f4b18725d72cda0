/**
 * The AWS SDK, loaded when it is first needed: a program that sets its own client never does.
 *
 * The published form is CommonJS, where `require` is the module's own and bundlers follow it. Run
 * from source there is none, and the SDK is looked up from the working directory.
 */
import { createRequire } from 'node:module';
import path from 'node:path';
import type * as ClientDynamoDB from '@aws-sdk/client-dynamodb';

declare const require: ((name: string) => unknown) | undefined;

let loaded: typeof ClientDynamoDB | undefined;

export function sdk(): typeof ClientDynamoDB {
  loaded ??= (
    typeof require === 'function'
      ? require('@aws-sdk/client-dynamodb')
      : createRequire(path.join(process.cwd(), 'package.json'))('@aws-sdk/client-dynamodb')
  ) as typeof ClientDynamoDB;
  return loaded;
}
