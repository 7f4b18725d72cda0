/** What the engines need of a logger, which is less than a logger has. */
export interface StorageLog {
  log(level: 'warn' | 'error', message: string, fields?: Readonly<Record<string, unknown>>): void;
}
