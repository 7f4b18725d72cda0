/**
 * Tells when something in a folder has changed, at the first sign of it. An editor saves in several
 * steps: who wants to read the folder waits until it has been quiet for a while.
 */
import { watch, type FSWatcher } from 'node:fs';
import type { Timer, Timers } from '../../../environment/environment.ts';
import type { Logger } from '../../../telemetry/log.ts';
import { WATCHED_FOLDERS_MAX, WATCH_PATIENCE_MS, WATCH_QUIET_MS } from '../limits.ts';

export interface FolderWatchHost {
  readonly timers: Timers;
  readonly log: Logger;
  /** What was read from the folder is out of date. */
  readonly onChange: (folder: string) => void;
}

interface Watched {
  readonly watcher: FSWatcher;
  /** While changes go on. */
  change: { timer: Timer; readonly quiet: PromiseWithResolvers<void> } | undefined;
  isRead: boolean;
}

export class FolderWatch {
  readonly #host: FolderWatchHost;
  readonly #folders = new Map<string, Watched>();

  constructor(host: FolderWatchHost) {
    this.#host = host;
  }

  /** Somebody wants to read the folder. Resolves when it is quiet. */
  async read(folder: string): Promise<void> {
    const watched = this.#folders.get(folder) ?? this.#watch(folder);
    if (!watched) return;
    if (watched.change) await Promise.race([watched.change.quiet.promise, this.#patience()]);
    watched.isRead = true;
  }

  close(): void {
    for (const { watcher, change } of this.#folders.values()) {
      change?.timer.cancel();
      change?.quiet.resolve();
      watcher.close();
    }
    this.#folders.clear();
  }

  /** In a folder that is never quiet, what is there will do. */
  #patience(): Promise<void> {
    return new Promise((resolve) => void this.#host.timers.after(WATCH_PATIENCE_MS, resolve));
  }

  #watch(folder: string): Watched | undefined {
    if (this.#folders.size >= WATCHED_FOLDERS_MAX) {
      this.#warn(folder, `${WATCHED_FOLDERS_MAX} folders are watched already`);
      return undefined;
    }
    try {
      const watcher = watch(folder, { recursive: true, persistent: false });
      const watched: Watched = { watcher, change: undefined, isRead: false };
      watcher.on('change', () => this.#changed(folder, watched));
      watcher.on('error', (error) => this.#warn(folder, error.message));
      this.#folders.set(folder, watched);
      return watched;
    } catch (error) {
      this.#warn(folder, (error as Error).message);
      return undefined;
    }
  }

  #changed(folder: string, watched: Watched): void {
    const { timers, log, onChange } = this.#host;
    const { change } = watched;
    change?.timer.cancel();
    const quiet = change?.quiet ?? Promise.withResolvers<void>();
    const timer = timers.after(WATCH_QUIET_MS, () => {
      watched.change = undefined;
      quiet.resolve();
    });
    watched.change = { timer, quiet };
    if (!watched.isRead) return;
    watched.isRead = false;
    log.log('info', `Code in ${folder} has changed: its functions start anew.`);
    onChange(folder);
  }

  #warn(folder: string, reason: string): void {
    this.#host.log.log('warn', `Changes in ${folder} are not seen: ${reason}.`);
  }
}
