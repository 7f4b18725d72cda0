/** A request of an extension's that is refused: its type and text are the answer. */
export class ExtensionRefusal extends Error {
  override readonly name = 'ExtensionRefusal';
  readonly errorType: string;
  readonly status: number;

  constructor(errorType: string, message: string, status = 403) {
    super(message);
    this.errorType = errorType;
    this.status = status;
  }
}

export function refuseTransition(from: string, to: string, extension: string): ExtensionRefusal {
  return new ExtensionRefusal(
    'Extension.InvalidExtensionState',
    `State transition from ${from} to ${to} failed for extension ${extension}. Error: State transition is not allowed`,
  );
}
