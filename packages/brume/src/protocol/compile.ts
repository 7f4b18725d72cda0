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

/** Compiled shapes are kept with their model, so that a process with many Brumes compiles them once. */
const made = new WeakMap<ServiceModel, Map<ProtocolName, Protocol>>();

/** A service may be asked in another protocol than its model's own, where it has several. */
export function createProtocol(model: ServiceModel, name: ProtocolName): Protocol {
  const ofModel = made.get(model) ?? new Map<ProtocolName, Protocol>();
  made.set(model, ofModel);
  const known = ofModel.get(name);
  if (known) return known;
  const create = PROTOCOLS[name];
  assert(create, `the ${name} protocol is not built`);
  const protocol = create(model);
  ofModel.set(name, protocol);
  return protocol;
}
