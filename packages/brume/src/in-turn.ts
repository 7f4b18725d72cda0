/** Steps of which each is taken whatever became of those before it: how things end. */

/** Rejects, once all are taken, with what every step that failed said. */
export async function inTurn(
  steps: readonly (() => void | Promise<void> | undefined)[],
): Promise<void> {
  const failures: unknown[] = [];
  for (const step of steps) {
    try {
      await step();
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw new AggregateError(failures, failures.map(String).join('; '));
}
