/** REST APIs as a service: API Gateway's first version, without the plane that serves them. */
import { apigateway } from '../../model/generated/apigateway.ts';
import { defineService } from '../service.ts';
import type { Service } from '../service.ts';
import { describeStage } from './openapi/describe-stage.ts';
import { domainKey, validateDomainName } from './domain-name.ts';
import { isPrivate } from './endpoint-type.ts';
import { readTruststore } from './mutual-tls.ts';
import { operations } from './operations.ts';
import type { DomainNamesPort, RestApiFeed, RestStagesPort, UsageRecordsPort } from './port.ts';
import { addDomainName } from './resources/domain-names.ts';
import { openState } from './state.ts';
import type { RestState, StateOptions } from './state.ts';

export interface RestGateway {
  readonly service: Service;
  /** What the data plane serves. */
  readonly feed: RestApiFeed;
  readonly domainNames: DomainNamesPort;
  /** Where the data plane keeps what it counts. */
  readonly usageRecords: UsageRecordsPort;
  readonly restStages: RestStagesPort;
  /** The ids of all REST APIs, of every account and region, as they are at any time. */
  readonly restApiIds: ReadonlySet<string>;
}

export async function createApiGateway(options: StateOptions): Promise<RestGateway> {
  const state = await openState(options);
  const service = defineService({ model: apigateway, operations, state });
  const { feed, usageRecords, apis } = state;
  const ports = { domainNames: portOf(state), restStages: restStagesOf(state) };
  return { service, feed, ...ports, usageRecords, restApiIds: apis.ids };
}

function restStagesOf({ apis }: RestState): RestStagesPort {
  return {
    async find(scope, restApiId, stageName) {
      const document = await apis.get(scope, restApiId);
      return describeStage(document, stageName, (id) => apis.snapshot(scope, restApiId, id));
    },
  };
}

function portOf(state: RestState): DomainNamesPort {
  const { apis, domainNames } = state;
  return {
    create: (input, scope) => addDomainName(state, input, scope),
    get: (scope, name, id) => domainNames.get(scope, domainKey(name, id)),
    list: (scope) => domainNames.list(scope),
    update: (scope, name, change, id) => domainNames.update(scope, domainKey(name, id), change),
    remove: (scope, name) => domainNames.remove(scope, name),
    readTruststore: (given) => readTruststore(state, given),
    validate: validateDomainName,
    async findRestApi(scope, restApiId) {
      const document = await apis.find(scope, restApiId);
      if (!document) return undefined;
      const stageNames = document.stages.map(({ stageName }) => stageName);
      return { stageNames, isPrivate: isPrivate(document.api) };
    },
  };
}
