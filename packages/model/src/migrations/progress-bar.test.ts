import assert from 'node:assert/strict';
import { test } from 'node:test';
import { progressBar } from './progress-bar.ts';

function written(isTTY: boolean): { bar: ReturnType<typeof progressBar>; texts: string[] } {
  const texts: string[] = [];
  return { bar: progressBar({ isTTY, write: (text) => texts.push(text) }), texts };
}

test('on a terminal the bar is drawn over, and ended by a new line once', () => {
  const { bar, texts } = written(true);
  bar({ read: 1, written: 1, overtaken: 0, total: 4 });
  bar({ read: 9, written: 8, overtaken: 1, total: 4 });
  bar.end();
  bar.end();
  assert.deepEqual(texts, [
    '\r[######------------------]  25 % 1/4, 1 written, 0 overtaken\u001b[K',
    '\r[########################] 100 % 9/4, 8 written, 1 overtaken\u001b[K',
    '\n',
  ]);
});

test('in a log there is a line for each tenth, and of steps their names', () => {
  const { bar, texts } = written(false);
  for (let done = 0; done <= 100; done++) bar({ done, total: 100 });
  bar.end();
  assert.equal(texts.length, 11);
  assert.equal(texts[5], '[############------------]  50 % 50/100\n');
  const steps = written(false);
  steps.bar({ done: 0, total: 2, step: 'create table shop' });
  assert.deepEqual(steps.texts, ['[------------------------]   0 % 0/2, create table shop\n']);
});

test('where nobody knows the total, what is done is told', () => {
  const { bar, texts } = written(false);
  for (let read = 1; read <= 1001; read++) bar({ read, written: 2, total: undefined });
  assert.deepEqual(texts, ['1, 2 written\n', '1000, 2 written\n']);
});
