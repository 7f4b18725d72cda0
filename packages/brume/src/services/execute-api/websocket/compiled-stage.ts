/** A deployed stage of a WebSocket API, ready to serve: replaced whole by the next one. */
import type { Clock } from '../../../environment/environment.ts';
import type { WebSocketRoute, WebSocketStage } from '../../apigatewayv2/port.ts';
import type { BodyCheck } from '../rest/model-validator.ts';
import { TokenBucket } from '../token-bucket.ts';
import { evaluate } from './expression.ts';
import type { ExpressionScope } from './expression.ts';
import { badRequestBody, misconfigured } from './failure.ts';

const UNLIMITED = { ratePerSecond: Infinity, burst: Infinity };

export class CompiledStage {
  readonly stage: WebSocketStage;
  readonly #buckets = new Map<string, TokenBucket>();
  /** Of models, compiled for the first message that needs one. */
  readonly #checks = new Map<string, BodyCheck | string>();
  readonly #clock: Clock;

  constructor(stage: WebSocketStage, clock: Clock) {
    this.stage = stage;
    this.#clock = clock;
  }

  /** Throws a `WebSocketFailure` for a message that is not as its model wants it. */
  async validate({ models }: WebSocketRoute, scope: ExpressionScope): Promise<void> {
    if (models.byKey.size === 0) return;
    const key = evaluate(models.selection, scope) ?? '$default';
    const name = models.byKey.get(key) ?? models.byKey.get('$default');
    if (name === undefined) return;
    const check = await this.#checkOf(name);
    if (typeof check === 'string') throw misconfigured(`the model ${name}: ${check}`);
    const wrong = check(scope.body?.text ?? '');
    if (wrong) throw badRequestBody(wrong.join('; '));
  }

  async #checkOf(name: string): Promise<BodyCheck | string> {
    const known = this.#checks.get(name);
    if (known !== undefined) return known;
    const { compileModel } = await import('../rest/model-validator.ts');
    const { models, apiId } = this.stage;
    const all = [...models].map(([each, schema]) => ({ name: each, schema }));
    const check = compileModel(all, name, apiId);
    this.#checks.set(name, check);
    return check;
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
