/** Output that a process wrote before its answer may arrive after it, through another pipe. */
import type { Timers } from '../../../environment/environment.ts';
import type { EnvironmentLog } from '../logging/environment-log.ts';

/** Bound on waiting for it, in turns of the event loop. */
const TURNS_MAX = 64;

export async function outputArrived(log: EnvironmentLog, timers: Timers): Promise<void> {
  const nextTurn = () => new Promise<void>((resolve) => timers.nextTurn(resolve));
  for (let turn = 0; turn < TURNS_MAX; turn++) {
    const before = log.receivedBytes;
    await nextTurn();
    await nextTurn();
    if (log.receivedBytes === before) return;
  }
}
