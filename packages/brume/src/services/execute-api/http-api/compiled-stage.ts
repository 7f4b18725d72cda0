/** A deployed stage, ready to serve: immutable, replaced whole by the next one. */
import type { Clock } from '../../../environment/environment.ts';
import type { Dimensions } from '../../../telemetry/service-metrics.ts';
import type {
  PublishedAuthorization,
  PublishedIntegration,
  PublishedStage,
} from '../../apigatewayv2/port.ts';
import type { RouteMatch } from '../route-matcher.ts';
import { RouteMatcher } from '../route-matcher.ts';
import { compileAccessLog } from '../access-log.ts';
import type { AccessLog } from '../access-log.ts';
import { AuthorizerCache } from '../authorizer-cache.ts';
import type { AuthorizerDecision } from '../authorizer-context.ts';
import { TokenBucket } from '../token-bucket.ts';
import { routeDimensions, stageDimensions } from './count-execution.ts';

export interface CompiledRoute {
  readonly routeKey: string;
  readonly authorization: PublishedAuthorization;
  readonly integration: PublishedIntegration | undefined;
  /** Undefined where nothing limits the route. */
  readonly bucket: TokenBucket | undefined;
  /** Of metrics of this route alone, where it has them. */
  readonly dimensions: Dimensions | undefined;
}

export interface CompiledStage extends Omit<PublishedStage, 'routes' | 'throttles' | 'accessLog'> {
  readonly accessLog: AccessLog | undefined;
  /** Of metrics, with AWS's names. */
  readonly dimensions: Dimensions;
  match(method: string, path: string): RouteMatch<CompiledRoute> | undefined;
  /** Answers kept of the stage's Lambda authorizers, by authorizer. */
  readonly authorizerCaches: ReadonlyMap<string, AuthorizerCache<AuthorizerDecision>>;
}

export function compileStage(stage: PublishedStage, clock: Clock): CompiledStage {
  const routes = stage.routes.map((route) => {
    const limits = stage.throttles.get(route.routeKey) ?? stage.defaultThrottle;
    const bucket = limits && new TokenBucket(limits, clock);
    return { ...route, bucket, dimensions: routeDimensions(stage, route) };
  });
  const matcher = new RouteMatcher(routes);
  const authorizerCaches = new Map<string, AuthorizerCache<AuthorizerDecision>>();
  for (const { authorization } of routes) {
    if (authorization.type === 'lambda' && authorization.cacheSeconds > 0) {
      authorizerCaches.set(authorization.authorizerId, new AuthorizerCache(clock));
    }
  }
  const streamName = `${stage.apiId}/${stage.stageName}`;
  const accessLog = stage.accessLog && compileAccessLog(stage.accessLog, streamName);
  const match = (method: string, path: string) => matcher.match(method, path);
  const dimensions = stageDimensions(stage);
  return { ...stage, accessLog, dimensions, match, authorizerCaches };
}
