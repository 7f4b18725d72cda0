/** What other services may ask of CloudWatch Logs: to keep what they say. */
export interface LogsPort {
  /**
   * Takes one event, in memory: it is stored a moment later, with its group and stream where they are
   * not there yet. Events beyond what can be stored in time are dropped, and their number is said in
   * their place.
   */
  write(stream: LogStreamReference, event: LogEvent): void;
}

export interface LogStreamReference {
  readonly accountId: string;
  readonly region: string;
  readonly groupName: string;
  readonly streamName: string;
}

export interface LogEvent {
  /** Milliseconds since the epoch. */
  readonly timestampMs: number;
  readonly message: string;
}
