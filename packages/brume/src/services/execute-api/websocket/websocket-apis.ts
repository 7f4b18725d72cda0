/** WebSocket APIs: their stages, and the connections of their clients. */
import type { HttpRequest, HttpResponse } from '../../../http/message.ts';
import type { WebSocketConnection, WebSocketUpgrade } from '../../../http/websocket.ts';
import type { WebSocketStage } from '../../apigatewayv2/port.ts';
import type { PlaneNote } from '../../data-plane.ts';
import type { Address } from '../address.ts';
import { TokenBucket } from '../token-bucket.ts';
import type { ConnectionAddress } from './connection-address.ts';
import { decodePercent } from '../percent-decoding.ts';
import { domainNameOf, newRequestId, traceIdOf } from '../request-identity.ts';
import { CompiledStage } from './compiled-stage.ts';
import { connect } from './connect.ts';
import type { ConnectOutcome } from './connect.ts';
import { Connection } from './connection.ts';
import type { Closing, ConnectionHandlers, ConnectionIdentity } from './connection.ts';
import type { OpenConnections } from './connections-control.ts';
import { ConnectRequest } from './event.ts';
import type { Occasion } from './event.ts';
import {
  failureFrame,
  failureResponse,
  forbidden,
  misconfigured,
  upgradeRequired,
} from './failure.ts';
import { Findings } from './findings.ts';
import { DISCONNECTS_MAX, FRAGMENTS_MAX, SWEEP_MS } from './limits.ts';
import { command, commandedConnection, gone } from './management.ts';
import { serveDisconnect, serveMessage } from './message.ts';
import { countCallback, detailsOf, recordEvent } from './record-event.ts';
import type { WebSocketRuntime } from './runtime.ts';
import { Turns } from './turns.ts';

type Note = (note: PlaneNote) => void;

const GOING_AWAY: Closing = { code: 1001, reason: 'Going away' };
/** By which DELETE ends a connection (boto3#3789, 2023-07). */
const ENDED: Closing = { code: 1000, reason: 'Connection Closed Normally' };
const BROKEN: Closing = { code: 1006, reason: 'Connection closed abnormally' };
/** How AWS names ends for which the client gave no reason; those of 1001, 1005 and 1006 are unverified. */
const REASONS: ReadonlyMap<number, string> = new Map([
  [1000, ENDED.reason],
  [1001, GOING_AWAY.reason],
  [1005, 'Client-side close frame status not set'],
  [1006, BROKEN.reason],
]);
const NOT_BINARY: Closing = { code: 1003, reason: '' };

export class WebSocketApis {
  readonly #runtime: WebSocketRuntime;
  readonly #stages = new Map<string, Map<string, CompiledStage>>();
  readonly #connections = new Map<string, Connection>();
  /** By account and region: of those that have had stages. */
  readonly #newConnections = new Map<string, TokenBucket>();
  readonly #disconnects = new Turns(DISCONNECTS_MAX);
  /** What connections end with whose stage is gone. */
  readonly #left = new WeakMap<Connection, CompiledStage>();
  readonly #handlers: ConnectionHandlers;
  /** Connections whose end has not been told yet. */
  #presentCount = 0;
  #whenEmpty: (() => void)[] = [];
  #isSweeping = false;

  constructor(runtime: WebSocketRuntime) {
    this.#runtime = runtime;
    this.#handlers = {
      message: (from, body) => this.#message(from, body),
      ended: (ending, closing) => this.#ended(ending.identity, closing, this.#left.get(ending)),
    };
  }

  published(stage: WebSocketStage): void {
    const stages = this.#stages.get(stage.apiId) ?? new Map<string, CompiledStage>();
    const compiled = new CompiledStage(stage, this.#newConnectionsOf(stage), this.#runtime);
    this.#stages.set(stage.apiId, stages.set(stage.stageName, compiled));
  }

  #newConnectionsOf({ accountId, region }: WebSocketStage): TokenBucket {
    const { clock, limits } = this.#runtime;
    const account = `${accountId} ${region}`;
    let bucket = this.#newConnections.get(account);
    if (!bucket) {
      const most = limits.connectionsPerSecond;
      bucket = new TokenBucket({ ratePerSecond: most, burst: most }, clock);
      this.#newConnections.set(account, bucket);
    }
    return bucket;
  }

  /** Its clients are told to go elsewhere; what they have sent is still handled. */
  withdrawn(apiId: string, stageName: string): void {
    const stages = this.#stages.get(apiId);
    const compiled = stages?.get(stageName);
    if (!stages || !compiled) return;
    stages.delete(stageName);
    if (stages.size === 0) this.#stages.delete(apiId);
    for (const connection of this.#connections.values()) {
      const { identity } = connection;
      if (identity.apiId === apiId && identity.stageName === stageName) {
        this.#left.set(connection, compiled);
        connection.close(GOING_AWAY);
      }
    }
  }

  serves(apiId: string): boolean {
    return this.#stages.has(apiId);
  }

  /** A command for a connection of whichever API. */
  async command(
    http: HttpRequest,
    { connectionId, stageName }: ConnectionAddress,
    note: Note,
  ): Promise<HttpResponse> {
    const identity = this.#connections.get(connectionId)?.identity;
    const isMeant = stageName === undefined || stageName === identity?.stageName;
    const compiled = identity && isMeant ? this.#stageOf(identity) : undefined;
    if (compiled) return this.#command(http, compiled, connectionId, note);
    return gone(this.#runtime.random.uuid());
  }

  /** All that are open, of all accounts. */
  readonly open: OpenConnections = {
    all: () => this.#connections.values(),
    find: (connectionId) => this.#connections.get(connectionId),
    end: (connection) => this.#end(connection),
  };

  #end(connection: Connection): void {
    this.#connections.delete(connection.identity.connectionId);
    connection.close(ENDED);
  }

  /** Resolves once all connections have ended, their messages are handled and their ends are told. */
  async drain(): Promise<void> {
    if (this.#presentCount === 0) return;
    await new Promise<void>((resolve) => void this.#whenEmpty.push(resolve));
  }

  async answer(http: HttpRequest, address: Address, note: Note): Promise<HttpResponse> {
    const { stageName, rest } = placeOf(address);
    const compiled = this.#stages.get(address.apiId)?.get(stageName);
    const names = this.#newNames();
    if (!compiled || (compiled.stage.endpointDisabled && !address.mapped)) {
      return failureResponse(forbidden('no such stage'), names);
    }
    const refusal = address.admission?.refusal;
    if (refusal !== undefined) return failureResponse(forbidden(refusal), names);
    const connectionId = commandedConnection(rest);
    if (connectionId !== undefined) return this.#command(http, compiled, connectionId, note);
    // What AWS answers to paths and to requests that are no upgrades is unverified.
    if (rest !== '/') return failureResponse(forbidden('no such path'), names);
    if (http.headers.get('upgrade')?.toLowerCase() !== 'websocket') {
      return failureResponse(upgradeRequired(), names);
    }
    return this.#connect(http, compiled, address, note);
  }

  #newNames() {
    const { random } = this.#runtime;
    return { connectionId: newRequestId(random), requestId: newRequestId(random) };
  }

  async #command(
    http: HttpRequest,
    compiled: CompiledStage,
    connectionId: string,
    note: Note,
  ): Promise<HttpResponse> {
    const { accountId, region, apiId, stageName } = compiled.stage;
    const { random, limits, iam, metrics } = this.#runtime;
    const requestId = random.uuid();
    const { messageBytesMax } = limits;
    const scope = { accountId, region, requestId, messageBytesMax, iam };
    const connections = {
      find: (id: string) => {
        const found = this.#connections.get(id);
        const { identity } = found ?? {};
        return identity?.apiId === apiId && identity.stageName === stageName ? found : undefined;
      },
      end: (connection: Connection) => this.#end(connection),
    };
    const response = await command(http, connectionId, connections, scope);
    const operation = `${http.method} @connections`;
    const errorReason = response.headers['x-amzn-errortype']?.toString();
    const details = { apiId, stageName, connectionId };
    note({ requestId, accountId, region, operation, errorReason, details });
    if (http.method === 'POST' && response.status === 200) countCallback(compiled, metrics);
    return response;
  }

  async #connect(
    http: HttpRequest,
    compiled: CompiledStage,
    { apiId, rawQuery, mapped }: Address,
    note: Note,
  ): Promise<HttpResponse> {
    const { clock, random } = this.#runtime;
    const { connectionId, requestId } = this.#newNames();
    const { stage } = compiled;
    const { accountId, region, stageName } = stage;
    const timeMs = Math.floor(clock.nowMs());
    const occasion: Occasion = {
      connection: {
        connectionId,
        apiId,
        stageName,
        domainName: mapped ? (http.headers.get('host') ?? '') : domainNameOf(http, apiId),
        sourceIp: http.remoteAddress,
        userAgent: http.headers.get('user-agent') ?? '',
        connectedAtMs: timeMs,
        authorizer: undefined,
      },
      stage,
      eventType: 'CONNECT',
      routeKey: '$connect',
      requestId,
      timeMs,
      findings: new Findings(clock),
    };
    const request = new ConnectRequest(http, rawQuery, traceIdOf(http, clock, random));
    const outcome = await connect(compiled, request, occasion, this.#runtime);
    const { failure, response } = outcome;
    const status = response.status === 101 ? 200 : response.status;
    recordEvent(compiled, { occasion, body: '', outcome: { status, failure } }, this.#runtime);
    const details = detailsOf(occasion, { status: response.status, failure });
    const errorReason = failure?.reason;
    note({ requestId, accountId, region, operation: '$connect', errorReason, details });
    return this.#upgraded(outcome);
  }

  #upgraded({ accepted, response }: ConnectOutcome): HttpResponse {
    if (!accepted) return response;
    const { limits } = this.#runtime;
    const webSocket: WebSocketUpgrade = {
      messageBytesMax: limits.messageBytesMax,
      frameBytesMax: limits.frameBytesMax,
      fragmentsMax: FRAGMENTS_MAX,
      opened: (socket) => this.#opened(accepted, socket),
      // The API has taken the client in, so it is told that it is gone.
      abandoned: () => {
        this.#presentCount++;
        this.#ended(accepted, BROKEN, undefined);
      },
    };
    return { ...response, webSocket };
  }

  #opened(identity: ConnectionIdentity, socket: WebSocketConnection) {
    const { clock, limits } = this.#runtime;
    const connection = new Connection(identity, socket, this.#handlers);
    this.#connections.set(identity.connectionId, connection);
    this.#presentCount++;
    this.#sweepSoon();
    // The stage may have gone while the client was let in.
    if (!this.#stageOf(identity)) connection.close(GOING_AWAY);
    const active = () => {
      connection.lastActiveMs = Math.floor(clock.nowMs());
    };
    return {
      active,
      message: (data: Buffer, isBinary: boolean) => {
        active();
        if (isBinary && !limits.takesBinary) connection.close(NOT_BINARY);
        else connection.receive(isBinary ? data : data.toString());
      },
      closed: (code: number, reason: string) => {
        this.#connections.delete(identity.connectionId);
        connection.closed({ code, reason: reason === '' ? (REASONS.get(code) ?? '') : reason });
      },
    };
  }

  #stageOf({ apiId, stageName }: ConnectionIdentity): CompiledStage | undefined {
    return this.#stages.get(apiId)?.get(stageName);
  }

  async #message(connection: Connection, body: string | Buffer): Promise<void> {
    const { identity } = connection;
    const compiled = this.#stageOf(identity) ?? this.#left.get(connection);
    if (!compiled) return;
    try {
      const answer = await serveMessage(compiled, identity, body, this.#runtime);
      if (answer !== undefined) await connection.answer(answer);
    } catch (error) {
      // A defect of ours: its client is told, and everybody else goes on.
      this.#runtime.failed(error);
      const { message } = misconfigured('');
      await connection.answer(failureFrame(message, { ...identity, requestId: '' }));
    }
    // Answers are signs of life too.
    connection.lastActiveMs = Math.floor(this.#runtime.clock.nowMs());
  }

  #ended(identity: ConnectionIdentity, closing: Closing, left: CompiledStage | undefined): void {
    const compiled = this.#stageOf(identity) ?? left;
    this.#disconnects.take(async () => {
      try {
        if (compiled) await serveDisconnect(compiled, identity, closing, this.#runtime);
      } catch (error) {
        this.#runtime.failed(error);
      }
      this.#presentCount--;
      if (this.#presentCount > 0) return;
      for (const resolve of this.#whenEmpty.splice(0)) resolve();
    });
  }

  /** Looks for connections that are too old or too idle, as long as there are connections. */
  #sweepSoon(): void {
    const { limits, timers } = this.#runtime;
    if (this.#isSweeping || limits.lifetimeMs === Infinity) return;
    this.#isSweeping = true;
    timers.after(SWEEP_MS, () => {
      this.#isSweeping = false;
      this.#sweep();
      if (this.#connections.size > 0) this.#sweepSoon();
    });
  }

  #sweep(): void {
    const { clock, limits } = this.#runtime;
    const nowMs = clock.nowMs();
    for (const connection of this.#connections.values()) {
      const isOld = nowMs - connection.identity.connectedAtMs >= limits.lifetimeMs;
      const isIdle = nowMs - connection.lastActiveMs >= limits.idleMs;
      if (isOld || isIdle) connection.close(GOING_AWAY);
    }
  }
}

/** The stage, and the path below it: the stage is its first part where no custom domain says otherwise. */
function placeOf({ path, mapped }: Address): { stageName: string; rest: string } {
  if (mapped?.stageName !== undefined) return { stageName: mapped.stageName, rest: path };
  const end = path.indexOf('/', 1);
  return {
    stageName: decodePercent(path.slice(1, end < 0 ? undefined : end)),
    rest: end < 0 ? '/' : path.slice(end),
  };
}
