/**
 * Which service a request is for: by `x-amz-target`, by the RPC path, by the scope of its signature or
 * its host; and for REST services called without either, by method and path.
 */
import type { HttpRequest } from '../http/message.ts';
import type { ProtocolName } from '../model/shapes.ts';
import type { OperationMatch, Protocol } from '../protocol/protocol.ts';
import type { LoadedService, ServiceEntry, ServiceRegistry } from './service-registry.ts';

export interface Identified {
  readonly target: LoadedService;
  readonly protocol: Protocol;
  /** Known already for the protocols that bind to method and path. */
  readonly match: OperationMatch | undefined;
}

const CBOR_PATH = /^\/service\/([^/]+)\/operation\/[^/?]+/;
/** `dynamodb.us-east-1.localhost`, `lambda.localhost`, `sts.eu-west-1.amazonaws.com`. */
const SERVICE_HOST = /^([a-z0-9-]+)\.(?:[a-z0-9-]+\.)*(?:localhost|amazonaws\.com)(?::\d+)?$/;

/**
 * `scopeService` is the service that the request's signature names, where it has one. Answers at once
 * for a service that is loaded and named by the request, as nearly all are.
 */
export function identify(
  registry: ServiceRegistry,
  request: HttpRequest,
  scopeService: string | undefined,
): Identified | undefined | Promise<Identified | undefined> {
  const announced = announcedProtocol(request);
  const candidates = candidatesFor(registry.entries, request, announced, scopeService);
  const [only] = candidates;
  if (!only) return undefined;
  if (candidates.length > 1) return firstMatch(registry, candidates, request, announced);
  const target = registry.load(only);
  // A sole candidate is the service, even where it has no such operation: its answer says so.
  return target instanceof Promise
    ? target.then((loaded) => identifiedAs(loaded, request, announced))
    : identifiedAs(target, request, announced);
}

async function firstMatch(
  registry: ServiceRegistry,
  candidates: readonly ServiceEntry[],
  request: HttpRequest,
  announced: ProtocolName | undefined,
): Promise<Identified | undefined> {
  for (const entry of candidates) {
    const found = identifiedAs(await registry.load(entry), request, announced);
    if (found?.match) return found;
  }
  return undefined;
}

function identifiedAs(
  target: LoadedService,
  request: HttpRequest,
  announced: ProtocolName | undefined,
): Identified | undefined {
  const protocol = target.protocol(announced ?? target.entry.protocols[0]!);
  if (!protocol) return undefined;
  const match = bindsToPath(protocol.name) ? protocol.match(request, undefined) : undefined;
  return { target, protocol, match };
}

/** The protocol that headers and path announce; undefined for the REST protocols. */
function announcedProtocol(request: HttpRequest): ProtocolName | undefined {
  if (request.headers.get('x-amz-target') !== undefined) return 'json';
  if (request.headers.get('smithy-protocol') === 'rpc-v2-cbor') return 'smithy-rpc-v2-cbor';
  const form = request.headers.get('content-type')?.startsWith('application/x-www-form-urlencoded');
  return form || /[?&]Action=/.test(request.target) ? 'query' : undefined;
}

function candidatesFor(
  entries: readonly ServiceEntry[],
  request: HttpRequest,
  announced: ProtocolName | undefined,
  scopeService: string | undefined,
): readonly ServiceEntry[] {
  if (announced === 'json' || announced === 'smithy-rpc-v2-cbor') {
    const prefix =
      announced === 'json'
        ? request.headers.get('x-amz-target')?.split('.', 1)[0]
        : CBOR_PATH.exec(request.target)?.[1];
    return entries.filter((entry) => entry.targetPrefix === prefix);
  }
  const speaks = (entry: ServiceEntry) => !announced || entry.protocols.includes(announced);
  if (scopeService) {
    return entries.filter((entry) => entry.signingName === scopeService && speaks(entry));
  }
  const host = SERVICE_HOST.exec(request.headers.get('host') ?? '')?.[1];
  if (host) return entries.filter((entry) => entry.name === host && speaks(entry));
  // Neither signed nor addressed: only a service whose paths or actions are its own can be meant.
  return entries.filter((entry) => (announced ? speaks(entry) : bindsToPath(entry.protocols[0]!)));
}

function bindsToPath(protocol: ProtocolName): boolean {
  return protocol === 'rest-json' || protocol === 'rest-xml';
}
