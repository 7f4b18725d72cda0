/** How a control plane tells a data plane what is deployed. */
export interface StageFeed<Stage> {
  /** Tells all stages that are deployed now, then every change. */
  subscribe(listener: StageListener<Stage>): void;
}

export interface StageListener<Stage> {
  /** A stage is new, or has changed: it replaces what was told of it before. */
  published(stage: Stage): void;
  withdrawn(apiId: string, stageName: string): void;
}

/** Who vouches for the clients of a domain with mutual TLS. */
export interface ClientTruststore {
  /** `certificate` is the client's own, DER, whose key it has shown to have. */
  judge(certificate: Uint8Array, nowMs: number): ClientVerdict;
}

export type ClientVerdict =
  | { readonly type: 'trusted'; readonly certificate: ClientCertificate }
  /** Why not, in AWS's words where they are known. */
  | { readonly type: 'refused'; readonly reason: string };

/** What functions are told of a client's certificate, by AWS's names. */
export interface ClientCertificate {
  readonly clientCertPem: string;
  readonly subjectDN: string;
  readonly issuerDN: string;
  readonly serialNumber: string;
  readonly validity: { readonly notBefore: string; readonly notAfter: string };
}

/** Where the objects are that truststores are made of. */
export interface TruststoreSource {
  /** Throws for what is not there, or must not be read. */
  read(uri: string, version: string | undefined): Promise<Uint8Array>;
}
