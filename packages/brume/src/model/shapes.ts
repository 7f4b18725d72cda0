/**
 * What a service model is: the vocabulary of botocore's service-2.json, without documentation.
 * `generated/` holds one such object per service; `patches.ts` adds what is newer than the models.
 */
export type ProtocolName =
  | 'json'
  | 'rest-json'
  | 'rest-xml'
  | 'query'
  | 'ec2'
  | 'smithy-rpc-v2-cbor';

export interface ServiceModel {
  readonly metadata: ServiceMetadata;
  readonly operations: Readonly<Record<string, OperationModel>>;
  readonly shapes: Readonly<Record<string, Shape>>;
}

export interface ServiceMetadata {
  readonly apiVersion?: string;
  readonly endpointPrefix: string;
  /** Service name in a SigV4 scope; `endpointPrefix` where absent. */
  readonly signingName?: string;
  readonly protocol: ProtocolName;
  readonly protocols?: readonly ProtocolName[];
  readonly jsonVersion?: string;
  readonly targetPrefix?: string;
  readonly serviceId: string;
  readonly xmlNamespace?: string | XmlNamespace;
  /** Brume's own: namespace before the `#` in a JSON error's `__type`; none where absent. */
  readonly errorNamespace?: string;
  /** Brume's own: how the service words a `SerializationException`; `coral` where absent. */
  readonly serializationWording?: SerializationWording;
  /** Brume's own: responses carry `x-amz-crc32`. */
  readonly crc32?: boolean;
}

/** Generations of the wording in AWS's servers: see `protocol/serialization-error.ts`. */
export type SerializationWording = 'coral' | 'coral-java' | 'dynamodb';

export interface XmlNamespace {
  readonly uri: string;
  readonly prefix?: string;
}

export interface OperationModel {
  readonly name: string;
  readonly http: {
    readonly method: string;
    readonly requestUri: string;
    readonly responseCode?: number;
  };
  readonly input?: ShapeReference;
  readonly output?: ShapeReference & { readonly resultWrapper?: string };
  readonly errors?: readonly ShapeReference[];
  readonly authtype?: string;
  readonly unsignedPayload?: boolean;
  readonly httpChecksum?: Readonly<Record<string, unknown>>;
}

/** A use of a shape by a member: the traits that belong to the use, not to the shape. */
export interface ShapeReference {
  readonly shape: string;
  readonly location?: 'uri' | 'querystring' | 'header' | 'headers' | 'statusCode';
  readonly locationName?: string;
  readonly box?: boolean;
  readonly streaming?: boolean;
  readonly idempotencyToken?: boolean;
  readonly jsonvalue?: boolean;
  readonly flattened?: boolean;
  readonly xmlAttribute?: boolean;
  readonly xmlNamespace?: string | XmlNamespace;
  readonly queryName?: string;
  readonly timestampFormat?: TimestampFormat;
  readonly eventpayload?: boolean;
  readonly eventheader?: boolean;
  readonly hostLabel?: boolean;
  readonly enum?: readonly string[];
}

export type TimestampFormat = 'iso8601' | 'rfc822' | 'unixTimestamp';

export type ShapeType =
  | 'structure'
  | 'list'
  | 'map'
  | 'string'
  | 'character'
  | 'blob'
  | 'boolean'
  | 'integer'
  | 'long'
  | 'float'
  | 'double'
  | 'timestamp';

export interface Shape {
  readonly type: ShapeType;
  readonly members?: Readonly<Record<string, ShapeReference>>;
  readonly required?: readonly string[];
  readonly member?: ShapeReference;
  readonly key?: ShapeReference;
  readonly value?: ShapeReference;
  readonly enum?: readonly string[];
  readonly pattern?: string;
  readonly min?: number;
  readonly max?: number;
  readonly sensitive?: boolean;
  readonly box?: boolean;
  /** Name of the member that is the whole HTTP body. */
  readonly payload?: string;
  readonly streaming?: boolean;
  readonly flattened?: boolean;
  readonly locationName?: string;
  readonly xmlNamespace?: string | XmlNamespace;
  readonly timestampFormat?: TimestampFormat;
  readonly union?: boolean;
  readonly document?: boolean;
  readonly eventstream?: boolean;
  readonly event?: boolean;
  readonly exception?: boolean;
  readonly fault?: boolean;
  readonly error?: {
    readonly code?: string;
    readonly httpStatusCode?: number;
    readonly senderFault?: boolean;
  };
  /**
   * Brume's own: a blob that JSON protocols keep as canonical base64 text instead of bytes
   * (DynamoDB's binary attributes, which are stored and answered in that form).
   */
  readonly base64Text?: boolean;
  /** Brume's own: a map whose values may be null, which JSON protocols then keep. */
  readonly sparse?: boolean;
}
