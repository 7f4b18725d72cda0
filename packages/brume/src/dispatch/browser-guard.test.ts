import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { HttpRequest } from '../http/message.ts';
import { refuseForeignPages } from './browser-guard.ts';

function check(headers: Record<string, string>): boolean {
  const request = { headers: { get: (name: string) => headers[name], raw: [] } };
  try {
    refuseForeignPages(request as unknown as HttpRequest, '127.0.0.1');
    return true;
  } catch (error) {
    assert.equal((error as { status?: number }).status, 403);
    return false;
  }
}

test('tools on this machine pass, by whatever name they call it', () => {
  for (const host of [
    'localhost:4566',
    '127.0.0.1:4566',
    '127.1.2.3',
    '[::1]:4566',
    'bucket.s3.localhost:4566',
    'dynamodb.us-east-1.amazonaws.com',
  ]) {
    assert.ok(check({ host }), host);
  }
  assert.ok(check({}), 'HTTP/1.0 without a Host');
});

test('pages of this machine pass', () => {
  for (const origin of [
    'http://localhost:3000',
    'https://app.localhost',
    'http://127.0.0.1:4566',
  ]) {
    assert.ok(check({ host: 'localhost:4566', origin }), origin);
  }
});

test('a name that was pointed at this machine is refused', () => {
  for (const host of [
    'evil.example:4566',
    'localhost.evil.example',
    '127.0.0.1.evil.example',
    '',
  ]) {
    assert.equal(check({ host }), host === '', host);
  }
});

test('a foreign page is refused, and so is one that hides where it is from', () => {
  for (const origin of [
    'https://evil.example',
    'null',
    'https://localhost.evil.example',
    'https://evil.example#localhost',
    'https://evil.s3.us-east-1.amazonaws.com',
    'http://evil.s3-website-us-east-1.amazonaws.com',
    'file://',
  ]) {
    assert.equal(check({ host: 'localhost:4566', origin }), false, origin);
  }
});
