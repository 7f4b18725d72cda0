/** A bar that is drawn as work goes on, for the `onProgress` of backfills, migrations and batches. */

/** `process.stderr`, or anything else that lines are written to. */
export interface Terminal {
  write(text: string): unknown;
  /** Whether a line can be drawn over again. */
  readonly isTTY?: boolean | undefined;
}

/** What the bar understands of any progress. */
export interface BarProgress {
  readonly done?: number;
  readonly read?: number;
  readonly total?: number | undefined;
  readonly step?: string;
  readonly written?: number;
  readonly overtaken?: number;
  readonly retries?: number;
}

export interface ProgressBar {
  (progress: BarProgress): void;
  /** Leaves the bar as it is: what is written next has a line of its own. */
  end(): void;
}

const BAR_CELLS = 24;
/** Where nobody knows the total, a log has a line for so many items. */
const ITEMS_PER_LINE = 1000;
const counts = ['written', 'overtaken', 'retries'] as const;

/** Where lines cannot be drawn over again there is a new one for each tenth of the work. */
export function progressBar(terminal: Terminal): ProgressBar {
  let told = -1;
  let drawn = false;
  const draw = (progress: BarProgress): void => {
    const { done = progress.read ?? 0, total } = progress;
    // DynamoDB counts a table's items only now and then: there may be more than it says.
    const share = total === undefined ? undefined : Math.min(1, total === 0 ? 1 : done / total);
    const line = lineOf(progress, done, share);
    if (terminal.isTTY) {
      terminal.write(`\r${line}\u001b[K`);
      drawn = true;
      return;
    }
    const part = Math.floor(share === undefined ? done / ITEMS_PER_LINE : share * 10);
    if (part === told) return;
    told = part;
    terminal.write(`${line}\n`);
  };
  const end = (): void => {
    if (drawn) terminal.write('\n');
    drawn = false;
  };
  return Object.assign(draw, { end });
}

function lineOf(progress: BarProgress, done: number, share: number | undefined): string {
  const { total, step } = progress;
  const parts = [share === undefined ? String(done) : `${done}/${total}`];
  if (share !== undefined) {
    const full = Math.round(share * BAR_CELLS);
    const bar = '#'.repeat(full) + '-'.repeat(BAR_CELLS - full);
    parts.unshift(`[${bar}] ${String(Math.floor(share * 100)).padStart(3)} %`);
  }
  const counted = counts.flatMap((name) => {
    const count = progress[name];
    return count === undefined ? [] : [`${count} ${name}`];
  });
  return [parts.join(' '), ...counted, ...(step === undefined ? [] : [step])].join(', ');
}
