/** An answer that is an error: thrown anywhere on a request's way, encoded in one place. */
export interface AwsErrorOptions {
  /** Shape name of a modelled error, or the bare code of one that AWS sends without modelling. */
  readonly code: string;
  readonly message: string;
  /** HTTP status; the model's own where the error is modelled and this is absent, else 400. */
  readonly status?: number;
  /** Further members of the error's shape, or of its XML body. */
  readonly fields?: Readonly<Record<string, unknown>>;
  /** Namespace before the `#` in a JSON `__type`, where it is not the service's own. */
  readonly namespace?: string;
  /** Response headers beside those that the protocol sets. */
  readonly headers?: Readonly<Record<string, string>>;
}

export class AwsError extends Error {
  readonly code: string;
  readonly status: number | undefined;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly namespace: string | undefined;
  readonly headers: Readonly<Record<string, string>>;

  constructor(options: AwsErrorOptions) {
    super(options.message);
    this.name = options.code;
    this.code = options.code;
    this.status = options.status;
    this.fields = options.fields ?? {};
    this.namespace = options.namespace;
    this.headers = options.headers ?? {};
  }
}
