/** A client of a deployed API in JavaScript, as a ZIP archive. */
import { pathOf } from '../resources/find.ts';
import type { Snapshot, StoredMethod } from '../rest-api-document.ts';
import { CLIENT_SOURCE } from './client-source.ts';
import { zip } from './zip.ts';

export interface SdkTarget {
  /** URL of the stage. */
  readonly endpoint: string;
  readonly region: string;
}

interface SdkMethod {
  readonly name: string;
  readonly verb: string;
  readonly path: string;
  /** `path`, `querystring` or `header`, by name. */
  readonly parameters: Readonly<Record<string, string>>;
}

export function javascriptSdk(snapshot: Snapshot, target: SdkTarget): Buffer {
  const methods = methodsOf(snapshot);
  const own = Object.entries({ ...target, methods }).map(
    ([name, value]) => `var ${name} = ${JSON.stringify(value, undefined, 2)};\n`,
  );
  const folder = 'apiGateway-js-sdk';
  return zip({
    [`${folder}/apigClient.js`]: `(function (global) {\n${own.join('')}${CLIENT_SOURCE}\nglobal.apigClientFactory = apigClientFactory;\n})(globalThis);\n`,
    [`${folder}/README.md`]: readme(snapshot, methods),
  });
}

function methodsOf(snapshot: Snapshot): SdkMethod[] {
  return snapshot.resources.flatMap((resource) => {
    const path = pathOf(snapshot, resource);
    return resource.methods
      .filter(({ httpMethod }) => httpMethod !== 'ANY')
      .map((method) => ({
        name: nameOf(path, method.httpMethod),
        verb: method.httpMethod,
        path,
        parameters: parametersOf(path, method),
      }));
  });
}

/** As AWS names them: `petsPetIdGet`, and `rootGet` for the root. */
function nameOf(path: string, verb: string): string {
  const words = path.split(/[^a-zA-Z0-9]+/).filter((word) => word !== '');
  const parts = [...(words.length === 0 ? ['root'] : words), verb.toLowerCase()];
  const capital = (word: string) => word.charAt(0).toUpperCase() + word.slice(1);
  const [first = '', ...others] = parts;
  return first + others.map(capital).join('');
}

function parametersOf(path: string, method: StoredMethod): Record<string, string> {
  const inPath = [...path.matchAll(/\{([^}+]*)\+?\}/g)].map(
    ([, name = '']) => [name, 'path'] as const,
  );
  const declared = Object.keys(method.requestParameters ?? {}).flatMap((expression) => {
    const match = /^method\.request\.(querystring|header)\.(.+)$/.exec(expression);
    return match ? [[match[2] ?? '', match[1] ?? ''] as const] : [];
  });
  return Object.fromEntries([...inPath, ...declared]);
}

function readme({ api }: Snapshot, methods: readonly SdkMethod[]): string {
  const calls = methods.map(
    ({ name, verb, path, parameters }) =>
      `- \`${name}\` (${verb} ${path}): ${Object.keys(parameters).join(', ') || 'no parameters'}`,
  );
  return `# A client of ${api.name}

In a page: \`<script src="apigClient.js"></script>\`. In Node: \`import './apigClient.js'\`. Then:

    const client = apigClientFactory.newClient({ apiKey: '…' });
    const { status, data } = await client.${methods[0]?.name ?? 'rootGet'}(parameters, body, {
      headers: {},
      queryParams: {},
    });

\`newClient\` takes \`accessKey\`, \`secretKey\`, \`sessionToken\` and \`region\` to sign requests, and \`apiKey\`. An answer
above 399 is thrown, as \`error.response\`.

${calls.join('\n')}
`;
}
