/** Makes a service's protocol from its model; shapes are compiled when an operation first needs them. */
import assert from 'node:assert/strict';
import type { ProtocolName, ServiceModel } from '../model/shapes.ts';
import { createJson } from './json.ts';
import { createRestJson } from './rest-json.ts';
import type { Protocol } from './protocol.ts';

type CreateProtocol = (model: ServiceModel) => Protocol;

const PROTOCOLS: Partial<Readonly<Record<ProtocolName, CreateProtocol>>> = {
  json: createJson,
  'rest-json': createRestJson,
};

/** A service may be asked in another protocol than its model's own, where it has several. */
export function createProtocol(model: ServiceModel, name: ProtocolName): Protocol {
  const create = PROTOCOLS[name];
  assert(create, `the ${name} protocol is not built`);
  return create(model);
}
