/** A deployed stage of a WebSocket API, ready to serve: replaced whole by the next one. */
import type { Clock, Random } from '../../../environment/environment.ts';
import type { Dimensions } from '../../../telemetry/service-metrics.ts';
import type { RouteTelemetry, WebSocketRoute, WebSocketStage } from '../../apigatewayv2/port.ts';
import type { LogStreamReference } from '../../logs/port.ts';
import { compileAccessLog } from '../access-log.ts';
import type { AccessLog } from '../access-log.ts';
import type { BodyCheck } from '../rest/model-validator.ts';
import { TokenBucket } from '../token-bucket.ts';
import { evaluate } from './expression.ts';
import type { ExpressionScope } from './expression.ts';
import { badRequestBody, misconfigured } from './failure.ts';

const UNLIMITED = { ratePerSecond: Infinity, burst: Infinity };

interface Telemetry {
  readonly settings: RouteTelemetry;
  /** Of the stage, and of the route where it has metrics of its own. */
  readonly dimensions: readonly Dimensions[];
}

export class CompiledStage {
  readonly stage: WebSocketStage;
  readonly accessLog: AccessLog | undefined;
  readonly executionLog: LogStreamReference;
  /** Of the account in this region. */
  readonly newConnections: TokenBucket;
  readonly #telemetry: Telemetry;
  readonly #telemetryByRoute = new Map<string, Telemetry>();
  readonly #buckets = new Map<string, TokenBucket>();
  /** Of models, compiled for the first message that needs one. */
  readonly #checks = new Map<string, BodyCheck | string>();
  readonly #clock: Clock;

  constructor(
    stage: WebSocketStage,
    newConnections: TokenBucket,
    { clock, random }: { readonly clock: Clock; readonly random: Random },
  ) {
    this.stage = stage;
    this.newConnections = newConnections;
    this.#clock = clock;
    const { accountId, region, apiId, stageName, telemetry } = stage;
    const streamName = random.bytes(16).toString('hex');
    this.accessLog = stage.accessLog && compileAccessLog(stage.accessLog, streamName);
    // Named as that of REST APIs (AWS re:Post, "Use API Gateway logs for troubleshooting", 2022-12).
    const groupName = `API-Gateway-Execution-Logs_${apiId}/${stageName}`;
    this.executionLog = { accountId, region, groupName, streamName };
    const ofStage = { ApiId: apiId, Stage: stageName };
    this.#telemetry = { settings: telemetry, dimensions: [ofStage] };
    for (const [routeKey, { telemetry: settings }] of stage.routes) {
      const ofRoute = settings.detailedMetrics ? [{ ...ofStage, Route: routeKey }] : [];
      this.#telemetryByRoute.set(routeKey, { settings, dimensions: [ofStage, ...ofRoute] });
    }
  }

  /** Of what no route serves, too. */
  telemetryOf(routeKey: string): Telemetry {
    return this.#telemetryByRoute.get(routeKey) ?? this.#telemetry;
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
