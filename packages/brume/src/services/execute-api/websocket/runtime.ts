/** What serving WebSocket APIs works with. */
import type { Clock, Random, Timers } from '../../../environment/environment.ts';
import type { HttpHandler } from '../../../http/message.ts';
import type { ServiceMetrics } from '../../../telemetry/service-metrics.ts';
import type { PlaneEvent } from '../../data-plane.ts';
import type { LambdaPort } from '../../lambda/port.ts';
import type { LogsPort } from '../../logs/port.ts';
import type { OutboundHttp } from '../outbound-http.ts';
import type { IamVerifier } from '../runtime.ts';
import type { Admission } from '../rest/usage-plans.ts';
import type { WebSocketLimits } from './limits.ts';
import type { TemplateCache } from './templates.ts';

export interface WebSocketRuntime {
  readonly lambda: LambdaPort;
  readonly http: OutboundHttp;
  /** Undefined: nobody gets through where a signature is needed. */
  readonly iam: IamVerifier | undefined;
  /** Calls operations of other services, without asking who signed. */
  readonly callService: HttpHandler | undefined;
  readonly plans: { admit(request: AdmissionRequest): Admission };
  readonly logs: LogsPort | undefined;
  readonly metrics: ServiceMetrics | undefined;
  readonly clock: Clock;
  readonly random: Random;
  readonly timers: Timers;
  readonly limits: WebSocketLimits;
  readonly templates: TemplateCache;
  /** Is told of a defect of ours. */
  readonly failed: (error: unknown) => void;
  /** Is told of everything that happens on connections that are open. */
  readonly observe: (event: PlaneEvent) => void;
}

interface AdmissionRequest {
  readonly accountId: string;
  readonly region: string;
  readonly stage: string;
  readonly method: string;
  readonly keyValue: string;
}
