import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MovableClock } from './movable-clock.ts';
import { nodeEnvironment } from './node.ts';
import { Simulation } from './simulated.ts';

const HOUR_MS = 3_600_000;

test('a moved clock is ahead by that, and set back it is not', () => {
  const simulation = new Simulation(1);
  const movable = new MovableClock(simulation);
  const startMs = simulation.clock.nowMs();
  movable.move(HOUR_MS);
  assert.equal(movable.clock.nowMs(), startMs + HOUR_MS);
  assert.equal(movable.clock.monotonicMs(), HOUR_MS);
  movable.move(-HOUR_MS);
  assert.equal(movable.clock.nowMs(), startMs);
  assert.equal(movable.clock.monotonicMs(), HOUR_MS, 'time that has passed has passed');
});

test('timers whose time has come by a move fire in order, once, and the others later', async () => {
  const simulation = new Simulation(1);
  const movable = new MovableClock(simulation);
  const fired: string[] = [];
  movable.timers.after(2000, () => fired.push('second'));
  movable.timers.after(1000, () => fired.push('first'));
  movable.timers.after(5000, () => fired.push('later'));
  movable.timers.after(1500, () => fired.push('cancelled')).cancel();
  movable.move(3000);
  assert.deepEqual(fired, ['first', 'second']);
  await simulation.run(new Promise<void>((done) => void movable.timers.after(5000, done)));
  assert.deepEqual(fired, ['first', 'second', 'later']);
});

test('a timer may cancel another that would have fired with it, and set new ones', () => {
  const movable = new MovableClock(nodeEnvironment());
  const fired: string[] = [];
  movable.timers.after(1000, () => {
    other.cancel();
    movable.timers.after(1000, () => fired.push('new'));
  });
  const other = movable.timers.after(2000, () => fired.push('other'));
  movable.move(HOUR_MS);
  assert.deepEqual(fired, []);
  movable.move(1000);
  assert.deepEqual(fired, ['new']);
});

test('a clock that nobody moves changes nothing', async () => {
  const environment = nodeEnvironment();
  const movable = new MovableClock(environment);
  assert.ok(Math.abs(movable.clock.nowMs() - environment.clock.nowMs()) < 1000);
  await new Promise<void>((done) => {
    const kept = setTimeout(() => {}, 1000);
    movable.timers.after(1, () => {
      clearTimeout(kept);
      done();
    });
  });
});
