/**
 * Deployed REST APIs against what AWS answered (recorded 2023 to 2025 by LocalStack's tests). What the
 * APIs were is told by the names of the recordings and by what they answered.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { recordings, skip } from './apigateway/recording.ts';
import { served } from './apigateway/served/served.ts';

for (const [name, scenario] of Object.entries(served)) {
  test(`served: ${name}`, { skip }, async (t) => {
    const recording = recordings().get(name);
    assert(recording, 'no such recording');
    await scenario(recording, t);
  });
}
