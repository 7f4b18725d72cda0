import assert from 'node:assert/strict';
import { createECDH, createPrivateKey, createSign, hash } from 'node:crypto';
import { test } from 'node:test';
import { httpRequest } from '../../../../test/support/raw-request.ts';
import type { ProtocolName } from '../model/shapes.ts';
import { nodeEnvironment } from '../environment/node.ts';
import { createAuthenticator } from './authenticate.ts';
import type { AuthMode } from './authenticate.ts';
import { formatBasicDate } from './basic-date.ts';
import { canonicalRequest } from './canonical-request.ts';
import { CredentialStore } from './credentials.ts';
import { sign, signingKey, stringToSign } from './sigv4.ts';
import { privateScalar } from './sigv4a.ts';

const NOW_MS = Date.UTC(2026, 10, 22, 16, 0, 0);
const MINUTE_MS = 60_000;
const { random } = nodeEnvironment();
const credentials = CredentialStore.inMemory(random);
const { root } = credentials;

function authenticator(mode: AuthMode) {
  return createAuthenticator({
    mode,
    credentials,
    clock: { nowMs: () => NOW_MS, monotonicMs: () => 0 },
  });
}

/** The protocol families, each by a service of it. */
const families = {
  json: { service: 'dynamodb', protocol: 'json' },
  'rest-json': { service: 'lambda', protocol: 'rest-json' },
  query: { service: 'sts', protocol: 'query' },
  s3: { service: 's3', protocol: 'rest-xml' },
} as const satisfies Record<string, { service: string; protocol: ProtocolName }>;
type Family = keyof typeof families;

interface Signing {
  readonly accessKeyId?: string;
  readonly secretAccessKey?: string;
  readonly sessionToken?: string;
  readonly timeMs?: number;
  readonly scopeDate?: string;
  readonly region?: string;
  readonly service?: string;
  readonly terminator?: string;
  readonly unsigned?: readonly string[];
  readonly presignedSeconds?: number;
}

const BODY = '{"TableName":"notes"}';

/** A signed request to a service of the family, signed as said. */
function signedRequest(family: Family, signing: Signing = {}) {
  const { accessKeyId = root.accessKeyId, secretAccessKey = root.secretAccessKey } = signing;
  const requestTime = formatBasicDate(signing.timeMs ?? NOW_MS);
  const { scopeDate = requestTime.slice(0, 8), region = 'eu-west-1' } = signing;
  const { service = families[family].service, terminator = 'aws4_request', sessionToken } = signing;
  const scope = `${scopeDate}/${region}/${service}/${terminator}`;
  const presigned = signing.presignedSeconds !== undefined;
  const bodyHash = presigned && family === 's3' ? 'UNSIGNED-PAYLOAD' : hash('sha256', BODY);
  const headers: [string, string][] = [['host', '127.0.0.1:4566']];
  let target = '/';
  if (presigned) {
    target = `/?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=${encodeURIComponent(`${accessKeyId}/${scope}`)}`;
    target += `&X-Amz-Date=${requestTime}&X-Amz-Expires=${signing.presignedSeconds}&X-Amz-SignedHeaders=host`;
  } else {
    headers.push(['x-amz-content-sha256', bodyHash], ['x-amz-date', requestTime]);
    if (sessionToken !== undefined) headers.push(['x-amz-security-token', sessionToken]);
    headers.push(['x-amz-target', 'DynamoDB_20120810.DescribeTable']);
  }
  const signedHeaders = headers
    .map(([name]) => name)
    .filter((name) => !signing.unsigned?.includes(name));
  const parts = { method: 'POST', target, headers, body: BODY };
  const claim = {
    algorithm: 'AWS4-HMAC-SHA256',
    requestTime,
    scope,
    signedHeaders,
    presigned,
  } as const;
  const style = family === 's3' ? 's3' : 'other';
  const canonical = canonicalRequest(httpRequest(parts), claim, bodyHash, style);
  const key = signingKey(secretAccessKey, scope);
  const signature = sign(key, stringToSign(claim, canonical)).toString('hex');
  if (presigned) return { ...parts, target: `${target}&X-Amz-Signature=${signature}` };
  const authorization =
    `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${scope}, ` +
    `SignedHeaders=${signedHeaders.join(';')}, Signature=${signature}`;
  return { ...parts, headers: [...headers, ['authorization', authorization] as [string, string]] };
}

type Parts = ReturnType<typeof signedRequest>;

function authenticate(family: Family, parts: Parts, mode: AuthMode = 'enforce') {
  const body = Buffer.from(parts.body);
  const target = { ...families[family], region: 'eu-west-1', body };
  return authenticator(mode).authenticate(httpRequest(parts), target);
}

interface Refusal {
  readonly code: string;
  readonly status: number;
  readonly message: string;
  readonly namespace?: string;
  readonly fields?: Record<string, string>;
}

function refusal(family: Family, parts: Parts): Refusal {
  try {
    authenticate(family, parts);
  } catch (error) {
    const { code, status, message, namespace, fields } = error as Refusal;
    return { code, status, message, ...(namespace && { namespace }), fields: fields ?? {} };
  }
  return assert.fail('the request was not refused');
}

function assertRefused(
  family: Family,
  parts: Parts,
  expected: readonly [string, number, string | RegExp],
) {
  const { code, status, message } = refusal(family, parts);
  assert.deepEqual([code, status], expected.slice(0, 2), family);
  const [, , text] = expected;
  if (typeof text === 'string') assert.equal(message, text, family);
  else assert.match(message, text, family);
}

const eachFamily = Object.keys(families) as Family[];

test('a request that is rightly signed is its key owner, in every family and form', () => {
  for (const family of eachFamily) {
    for (const signing of [{}, { presignedSeconds: 60 }]) {
      const identity = authenticate(family, signedRequest(family, signing));
      assert.equal(identity.accountId, '000000000000');
      assert.deepEqual(identity.caller, {
        accessKeyId: root.accessKeyId,
        principalArn: 'arn:aws:iam::000000000000:root',
        userId: '000000000000',
      });
    }
  }
});

test('JSON services name their errors in the namespace of their front', () => {
  const { namespace } = refusal('json', { ...signedRequest('json'), headers: [] });
  assert.equal(namespace, 'com.amazon.coral.service');
});

test('an unsigned request lacks a token', () => {
  const expected = {
    json: ['MissingAuthenticationTokenException', 400, 'Request is missing Authentication Token'],
    'rest-json': ['MissingAuthenticationTokenException', 403, 'Missing Authentication Token'],
    query: ['MissingAuthenticationToken', 403, 'Request is missing Authentication Token'],
    s3: ['AccessDenied', 403, 'Access Denied'],
  } as const;
  for (const family of eachFamily) {
    const bare = { ...signedRequest(family), headers: [['host', 'x']] as [string, string][] };
    assertRefused(family, bare, expected[family]);
    const bearer = { ...bare, headers: [['authorization', 'Bearer abc']] as [string, string][] };
    assertRefused(family, bearer, expected[family]);
  }
});

test('a key that nobody has is named in the words of each family', () => {
  const invalid = 'The security token included in the request is invalid.';
  const expected = {
    json: ['UnrecognizedClientException', 400, invalid],
    'rest-json': ['UnrecognizedClientException', 403, invalid],
    query: ['InvalidClientTokenId', 403, invalid],
    s3: [
      'InvalidAccessKeyId',
      403,
      'The AWS Access Key Id you provided does not exist in our records.',
    ],
  } as const;
  for (const family of eachFamily) {
    assertRefused(family, signedRequest(family, { accessKeyId: 'AKIAUNKNOWN' }), expected[family]);
  }
});

test('a wrong secret is refused, with what should have been signed', () => {
  for (const family of eachFamily) {
    const parts = signedRequest(family, { secretAccessKey: 'wrong' });
    const { code, status, message, fields } = refusal(family, parts);
    const long =
      /^The request signature we calculated does not match the signature you provided\. Check your AWS Secret Access Key and signing method\. Consult the service documentation for details\.\n\nThe Canonical String for this request should have been\n'POST\n\/\n\nhost:127\.0\.0\.1:4566\n[^']*'\n\nThe String-to-Sign should have been\n'AWS4-HMAC-SHA256\n20261122T160000Z\n[^']*'\n$/;
    if (family === 's3') {
      assert.deepEqual([code, status], ['SignatureDoesNotMatch', 403]);
      assert.match(fields?.['CanonicalRequest'] ?? '', /^POST\n\/\n\nhost:/);
      assert.match(fields?.['StringToSign'] ?? '', /^AWS4-HMAC-SHA256\n20261122T160000Z\n/);
      assert.match(fields?.['StringToSignBytes'] ?? '', /^41 57 53 34 2d( [0-9a-f]{2})+$/);
    } else {
      const exceptional = family === 'json' ? 400 : 403;
      const named = family === 'query' ? 'SignatureDoesNotMatch' : 'InvalidSignatureException';
      assert.deepEqual([code, status], [named, exceptional]);
      assert.match(message, long);
    }
    assert.ok(!JSON.stringify(fields).includes(root.secretAccessKey));
  }
});

test('a clock that is off is told by how much', () => {
  const skew = { json: 5, 'rest-json': 5, query: 15, s3: 15 };
  for (const family of eachFamily) {
    const minutes = skew[family];
    const edge = signedRequest(family, { timeMs: NOW_MS - minutes * MINUTE_MS });
    assert.equal(authenticate(family, edge).caller.accessKeyId, root.accessKeyId);
    const late = refusal(
      family,
      signedRequest(family, { timeMs: NOW_MS - minutes * MINUTE_MS - 1000 }),
    );
    const early = refusal(
      family,
      signedRequest(family, { timeMs: NOW_MS + minutes * MINUTE_MS + 1000 }),
    );
    if (family === 's3') {
      for (const { code, fields } of [late, early]) {
        assert.equal(code, 'RequestTimeTooSkewed');
        assert.equal(fields?.['ServerTime'], '2026-11-22T16:00:00Z');
        assert.equal(fields?.['MaxAllowedSkewMilliseconds'], '900000');
      }
    } else {
      const limit = formatBasicDate(NOW_MS - minutes * MINUTE_MS);
      const then = formatBasicDate(NOW_MS - minutes * MINUTE_MS - 1000);
      assert.equal(
        late.message,
        `Signature expired: ${then} is now earlier than ${limit} (20261122T160000Z - ${minutes} min.)`,
      );
      assert.match(
        early.message,
        /^Signature not yet current: \w+ is still later than \w+ \(20261122T160000Z \+ \d+ min\.\)$/,
      );
    }
  }
});

test('a scope for another address is told part by part', () => {
  const wrong = {
    region: 'us-west-2',
    service: 'other',
    terminator: 'aws5_request',
    scopeDate: '20261121',
  };
  assertRefused('json', signedRequest('json', wrong), [
    'InvalidSignatureException',
    400,
    'Credential should be scoped to a valid region. ' +
      "Credential should be scoped to correct service: 'dynamodb'. " +
      "Credential should be scoped with a valid terminator: 'aws4_request', not 'aws5_request'. " +
      'Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: ' +
      "'20261121' != '20261122', from '20261122T160000Z'. ",
  ]);
  const region = refusal('s3', signedRequest('s3', { region: 'us-west-2' }));
  assert.equal(region.code, 'AuthorizationHeaderMalformed');
  assert.equal(
    region.message,
    "The authorization header is malformed; the region 'us-west-2' is wrong; expecting 'eu-west-1'",
  );
  assert.deepEqual(region.fields, { Region: 'eu-west-1' });
  const presigned = refusal(
    's3',
    signedRequest('s3', { region: 'us-west-2', presignedSeconds: 60 }),
  );
  assert.equal(presigned.code, 'AuthorizationQueryParametersError');
});

test('a presigned URL is valid for as long as it says', () => {
  const seconds = (presignedSeconds: number, ageSeconds: number) =>
    signedRequest('s3', { presignedSeconds, timeMs: NOW_MS - ageSeconds * 1000 });
  assert.ok(authenticate('s3', seconds(604_800, 604_800)));
  const expired = refusal('s3', seconds(60, 61));
  assert.deepEqual([expired.code, expired.message], ['AccessDenied', 'Request has expired']);
  assert.deepEqual(expired.fields, {
    'X-Amz-Expires': '60',
    Expires: '2026-11-22T15:59:59Z',
    ServerTime: '2026-11-22T16:00:00Z',
  });
  for (const wrong of [0, -1, 604_801]) {
    assert.equal(refusal('s3', seconds(wrong, 0)).code, 'AuthorizationQueryParametersError');
  }
  const sts = signedRequest('query', { presignedSeconds: 60, timeMs: NOW_MS - 61_000 });
  assert.match(refusal('query', sts).message, /^Signature expired: .* - 1 min\.\)$/);
});

test('what would change the meaning of a request must be signed', () => {
  assertRefused('json', signedRequest('json', { unsigned: ['host'] }), [
    'InvalidSignatureException',
    400,
    "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.",
  ]);
  assertRefused('json', signedRequest('json', { unsigned: ['x-amz-target'] }), [
    'InvalidSignatureException',
    400,
    "'x-amz-target' must be a 'SignedHeader' in the AWS Authorization.",
  ]);
  const s3 = refusal('s3', signedRequest('s3', { unsigned: ['x-amz-target'] }));
  assert.equal(s3.message, 'There were headers present in the request which were not signed');
  assert.deepEqual(s3.fields, { HeadersNotSigned: 'x-amz-target' });
});

test('an incomplete header is told all that it lacks, and not repeated', () => {
  const parts = signedRequest('json');
  const withAuthorization = (value: string, date = true): Parts => ({
    ...parts,
    headers: [...(date ? [['x-amz-date', '20261122T160000Z']] : []), ['authorization', value]] as [
      string,
      string,
    ][],
  });
  const value = 'AWS4-HMAC-SHA256';
  assertRefused('json', withAuthorization(value, false), [
    'IncompleteSignatureException',
    400,
    "Authorization header requires 'Credential' parameter. " +
      "Authorization header requires 'Signature' parameter. " +
      "Authorization header requires 'SignedHeaders' parameter. " +
      "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. " +
      `(Hashed with SHA-256 and encoded with Base64) Authorization=${hash('sha256', value, 'base64')}`,
  ]);
  const rest = 'SignedHeaders=host, Signature=abc';
  const credential = withAuthorization(`${value} Credential=a/b, ${rest}`);
  assertRefused('query', credential, [
    'IncompleteSignature',
    400,
    "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got 'a/b'",
  ]);
  const algorithm = withAuthorization(`AWS4-HMAC-SHA512 Credential=a/b/c/d/e, ${rest}`);
  assertRefused('rest-json', algorithm, [
    'IncompleteSignatureException',
    403,
    "Unsupported AWS 'algorithm': 'AWS4-HMAC-SHA512'.",
  ]);
});

test('an incomplete or doubled presigned URL is refused', () => {
  const parts = signedRequest('json', { presignedSeconds: 60 });
  const cut = { ...parts, target: parts.target.replace(/&X-Amz-Signature=.*/, '') };
  assertRefused('json', cut, [
    'IncompleteSignatureException',
    400,
    "AWS query-string parameters must include 'X-Amz-Signature'. Re-examine the query-string parameters.",
  ]);
  assertRefused('s3', cut, [
    'AuthorizationQueryParametersError',
    400,
    /^Query-string authentication/,
  ]);
  const doubled = { ...parts, headers: signedRequest('json').headers };
  assertRefused('json', doubled, [
    'InvalidSignatureException',
    400,
    /^Found both 'X-Amz-Algorithm'/,
  ]);
});

test('no header, query or date, however malformed, is anything but a refusal', () => {
  const junk = [
    '',
    ' ',
    '=',
    ',',
    'AWS4-',
    'AWS4-HMAC-SHA256 ',
    '%',
    '%zz',
    '/////',
    '\u0000',
    '__proto__=1',
  ];
  for (const family of eachFamily) {
    for (const one of junk) {
      for (const two of junk) {
        const headers: [string, string][] = [
          [
            'authorization',
            `AWS4-HMAC-SHA256 Credential=${one}, SignedHeaders=${two}, Signature=${one}`,
          ],
          ['x-amz-date', two],
        ];
        assert.ok(refusal(family, { ...signedRequest(family), headers }).status < 500);
        const target = `/${one}?X-Amz-Credential=${two}&X-Amz-Date=${one}&X-Amz-Algorithm=${two}`;
        assert.ok(refusal(family, { ...signedRequest(family), headers: [], target }).status < 500);
      }
    }
  }
});

test('temporary credentials act as their session until they expire', () => {
  const session = {
    accountId: '123456789012',
    principalArn: 'arn:aws:sts::123456789012:assumed-role/Deployer/ci',
    userId: 'AROAEXAMPLE:ci',
  };
  const current = credentials.issue({ ...session, expiresAtMs: NOW_MS + 1 });
  const ended = credentials.issue({ ...session, expiresAtMs: NOW_MS });
  for (const mode of ['enforce', 'accept'] as const) {
    const identity = authenticate('json', signedRequest('json', current), mode);
    assert.equal(identity.accountId, '123456789012');
    assert.equal(identity.caller.principalArn, session.principalArn);
  }
  const expired = 'The security token included in the request is expired';
  assertRefused('json', signedRequest('json', ended), ['ExpiredTokenException', 400, expired]);
  assertRefused('query', signedRequest('query', ended), ['ExpiredToken', 403, expired]);
  assertRefused('s3', signedRequest('s3', ended), [
    'ExpiredToken',
    400,
    'The provided token has expired.',
  ]);
  const { accessKeyId, secretAccessKey } = current;
  const withoutToken = signedRequest('json', { accessKeyId, secretAccessKey });
  assert.equal(refusal('json', withoutToken).code, 'UnrecognizedClientException');
  const otherToken = signedRequest('json', {
    accessKeyId,
    secretAccessKey,
    sessionToken: ended.sessionToken,
  });
  assert.equal(refusal('json', otherToken).code, 'UnrecognizedClientException');
});

test('accept takes any key for its account, and no key for nobody', () => {
  const accountOf = (accessKeyId: string) =>
    authenticate('json', signedRequest('json', { accessKeyId, secretAccessKey: 'any' }), 'accept')
      .accountId;
  assert.equal(accountOf('123456789012'), '123456789012');
  for (const key of ['test', 'AKIAQNZGKIQY56JQ7WML', 'ASIAQNZGKIQY56JQ7WML', '12345678901a']) {
    assert.equal(accountOf(key), '000000000000', key);
  }
  const unsigned = authenticate('json', { ...signedRequest('json'), headers: [] }, 'accept');
  assert.deepEqual(unsigned.caller, { accessKeyId: '', principalArn: '', userId: 'anonymous' });
});

test('SigV4A signs for a set of regions', () => {
  const requestTime = '20261122T160000Z';
  const scope = '20261122/dynamodb/aws4_request';
  const request = (regionSet: string, name = 'x-amz-region-set'): Parts => {
    const headers: [string, string][] = [
      ['host', '127.0.0.1:4566'],
      ['x-amz-date', requestTime],
      [name, regionSet],
    ];
    const claim = {
      algorithm: 'AWS4-ECDSA-P256-SHA256',
      requestTime,
      scope,
      signedHeaders: headers.map(([header]) => header),
      presigned: false,
    } as const;
    const parts = { method: 'POST', target: '/', headers, body: BODY };
    const canonical = canonicalRequest(httpRequest(parts), claim, hash('sha256', BODY), 'other');
    const signature = createSign('sha256')
      .update(stringToSign(claim, canonical))
      .sign(privateKey(), 'hex');
    const authorization =
      `AWS4-ECDSA-P256-SHA256 Credential=${root.accessKeyId}/${scope}, ` +
      `SignedHeaders=${claim.signedHeaders.join(';')}, Signature=${signature}`;
    return { ...parts, headers: [...headers, ['authorization', authorization]] };
  };
  for (const regionSet of ['*', 'eu-*', 'us-east-1,eu-west-1', 'eu-west-1']) {
    assert.equal(authenticate('json', request(regionSet)).accountId, '000000000000', regionSet);
  }
  for (const regionSet of ['us-*', 'eu-west-2', 'eu-west-10', '', 'eu']) {
    assert.match(
      refusal('json', request(regionSet)).message,
      /scoped to a valid region/,
      regionSet,
    );
  }
  assert.match(refusal('json', request('*', 'x-other')).message, /scoped to a valid region/);
  const body = `${BODY} `;
  assert.equal(refusal('json', { ...request('*'), body }).code, 'InvalidSignatureException');
});

function privateKey() {
  const pair = createECDH('prime256v1');
  pair.setPrivateKey(privateScalar(root.accessKeyId, root.secretAccessKey));
  const [x, y] = [1, 33].map((start) =>
    pair
      .getPublicKey()
      .subarray(start, start + 32)
      .toString('base64url'),
  );
  const d = pair.getPrivateKey().toString('base64url');
  const key = { kty: 'EC', crv: 'P-256', d, x: x ?? '', y: y ?? '' };
  return createPrivateKey({ key, format: 'jwk' });
}
