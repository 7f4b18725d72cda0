/** What `/_brume/clock` shows and changes. */
import type { Control } from './dispatch/pages.ts';
import type { MovableClock } from './environment/movable-clock.ts';
import { AwsError } from './model/aws-error.ts';

/** As far as a `Date` reaches. */
const TIME_MS_MAX = 8.64e15;

export function clockControl(movable: MovableClock): Control {
  const read = () => {
    const nowMs = movable.clock.nowMs();
    return { nowMs, now: new Date(nowMs).toISOString(), aheadMs: movable.aheadMs };
  };
  return {
    read,
    change(said) {
      movable.move(moveOf(said, movable));
      return read();
    },
  };
}

function moveOf(said: unknown, movable: MovableClock): number {
  const words = Object.entries(typeof said === 'object' && said !== null ? said : {});
  const [[word, value] = []] = words;
  if (words.length === 1) {
    if (word === 'reset' && value === true) return -movable.aheadMs;
    if (word === 'advanceMs' && isTime(value)) return value;
    if (word === 'nowMs' && isTime(value)) return value - movable.clock.nowMs();
  }
  throw new AwsError({
    code: 'Refused',
    status: 400,
    message: 'Say {"advanceMs": 3600000}, {"nowMs": 1798761600000} or {"reset": true}.',
  });
}

function isTime(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= TIME_MS_MAX;
}
