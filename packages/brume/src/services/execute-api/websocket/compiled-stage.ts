/** A deployed stage of a WebSocket API, ready to serve: replaced whole by the next one. */
import type { Clock } from '../../../environment/environment.ts';
import type { WebSocketStage } from '../../apigatewayv2/port.ts';
import { TokenBucket } from '../token-bucket.ts';

const UNLIMITED = { ratePerSecond: Infinity, burst: Infinity };

export class CompiledStage {
  readonly stage: WebSocketStage;
  readonly #buckets = new Map<string, TokenBucket>();
  readonly #clock: Clock;

  constructor(stage: WebSocketStage, clock: Clock) {
    this.stage = stage;
    this.#clock = clock;
  }

  /** Of a route of this stage, or one that AWS knows. */
  bucketOf(routeKey: string): TokenBucket {
    const known = this.#buckets.get(routeKey);
    if (known) return known;
    const limits = this.stage.throttles.get(routeKey) ?? this.stage.defaultThrottle ?? UNLIMITED;
    const bucket = new TokenBucket(limits, this.#clock);
    this.#buckets.set(routeKey, bucket);
    return bucket;
  }
}
