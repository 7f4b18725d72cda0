/** What the steps of a REST API's chain work with, beside the execution itself. */
import type { GatewayRuntime } from '../runtime.ts';

export type RestRuntime = GatewayRuntime;
