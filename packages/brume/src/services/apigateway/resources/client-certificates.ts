/** Client certificates: by which an integration knows that a request comes from its API. */
import type {
  ClientCertificate,
  DeleteClientCertificateRequest,
  GenerateClientCertificateRequest,
  GetClientCertificateRequest,
  GetClientCertificatesRequest,
  UpdateClientCertificateRequest,
} from '../../../model/generated/apigateway.types.ts';
import { badRequest } from '../../gateway/errors.ts';
import { validTags } from '../../gateway/tags.ts';
import type { RequestContext } from '../../service.ts';
import type { StoredClientCertificate } from '../collections.ts';
import { SHORT_ID_LENGTH } from '../identifiers.ts';
import { pageOf } from '../pagination.ts';
import type { Page } from '../pagination.ts';
import { applyPatch } from '../patching/patch.ts';
import { descriptionPatch } from '../patching/tables.ts';
import type { RestState } from '../state.ts';

/** AWS's own are valid for a year (developer guide, "Generate and configure an SSL certificate"). */
const LIFE_MS = 365 * 24 * 3600 * 1000;

export async function generateClientCertificate(
  { clientCertificates, makeClientCertificate, newId, now }: RestState,
  { description, tags }: GenerateClientCertificateRequest,
  context: RequestContext,
): Promise<ClientCertificate> {
  const createdDate = now();
  const expirationDate = new Date(createdDate.getTime() + LIFE_MS);
  const { certificate, privateKey } = makeClientCertificate({
    fromMs: createdDate.getTime(),
    untilMs: expirationDate.getTime(),
  });
  const stored: StoredClientCertificate = {
    clientCertificateId: newId(SHORT_ID_LENGTH),
    description,
    pemEncodedCertificate: certificate,
    privateKey,
    createdDate,
    expirationDate,
    tags: validTags(tags),
  };
  await clientCertificates.create(context, stored.clientCertificateId, stored);
  return withoutKey(stored);
}

export async function getClientCertificate(
  { clientCertificates }: RestState,
  { clientCertificateId }: GetClientCertificateRequest,
  context: RequestContext,
): Promise<ClientCertificate> {
  return withoutKey(await clientCertificates.get(context, clientCertificateId));
}

export async function getClientCertificates(
  { clientCertificates }: RestState,
  input: GetClientCertificatesRequest,
  context: RequestContext,
): Promise<Page<ClientCertificate>> {
  const stored = await clientCertificates.list(context);
  return pageOf(stored.map(withoutKey), input, (each) => each.clientCertificateId ?? '');
}

export async function updateClientCertificate(
  { clientCertificates }: RestState,
  { clientCertificateId, patchOperations }: UpdateClientCertificateRequest,
  context: RequestContext,
): Promise<ClientCertificate> {
  return clientCertificates.update(context, clientCertificateId, (stored) => {
    applyPatch(descriptionPatch, stored, patchOperations);
    return withoutKey(stored);
  });
}

export async function deleteClientCertificate(
  { apis, clientCertificates }: RestState,
  { clientCertificateId }: DeleteClientCertificateRequest,
  context: RequestContext,
): Promise<Record<string, never>> {
  await clientCertificates.get(context, clientCertificateId);
  for (const { stages, api } of await apis.list(context)) {
    const user = stages.find((stage) => stage.clientCertificateId === clientCertificateId);
    if (!user) continue;
    // Wording unverified.
    throw badRequest(
      `Client certificate ${clientCertificateId} is used by stage ${user.stageName} of API ${api.id}`,
    );
  }
  await clientCertificates.remove(context, clientCertificateId);
  return {};
}

function withoutKey(stored: StoredClientCertificate): ClientCertificate {
  const { privateKey: _, ...certificate } = stored;
  return certificate;
}
