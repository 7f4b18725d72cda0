/** The page at DynamoDB's addresses that says that it is well, for load balancers and the curious. */
import type { DataPlane } from '../data-plane.ts';

/** `dynamodb.us-east-1.amazonaws.com`, and the same under `localhost`. */
const HOST = /^(?:streams\.)?(dynamodb\.[a-z0-9-]+)\.(?:amazonaws\.com|localhost)(?::\d+)?$/;
const PATHS = new Set(['/', '/ping']);

export const dynamodbHealthPage: DataPlane = {
  name: 'dynamodb-health',
  unrecorded: true,
  claim({ method, target, headers }) {
    if (method !== 'GET' || !PATHS.has(target)) return undefined;
    const address = HOST.exec(headers.get('host') ?? '')?.[1];
    if (address === undefined) return undefined;
    // The space at the end is AWS's.
    const body = `healthy: ${address}.amazonaws.com `;
    return () => Promise.resolve({ status: 200, headers: { 'content-type': 'text/plain' }, body });
  },
};
