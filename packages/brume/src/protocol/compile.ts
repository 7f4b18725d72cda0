/** Makes a service's protocol from its model; shapes are compiled when an operation first needs them. */
import assert from 'node:assert/strict';
import type { ProtocolName, ServiceModel } from '../model/shapes.ts';
import { createCbor } from './cbor.ts';
import { createJson } from './json.ts';
import { createQuery } from './query.ts';
import { createRestJson } from './rest-json.ts';
import { createRestXml } from './rest-xml.ts';
import type { Protocol } from './protocol.ts';

type CreateProtocol = (model: ServiceModel) => Protocol;

const PROTOCOLS: Partial<Readonly<Record<ProtocolName, CreateProtocol>>> = {
  json: createJson,
  'rest-json': createRestJson,
  'rest-xml': createRestXml,
  query: createQuery,
  'smithy-rpc-v2-cbor': createCbor,
};

/** A service may be asked in another protocol than its model's own, where it has several. */
export function createProtocol(model: ServiceModel, name: ProtocolName): Protocol {
  const create = PROTOCOLS[name];
  assert(create, `the ${name} protocol is not built`);
  return create(model);
}
