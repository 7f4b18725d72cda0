/** What of a document's base path becomes part of its paths. */
import { badRequest } from '../errors.ts';
import { fieldsOf, listOf, scalarTextOf, textOf } from './values.ts';
import type { Fields } from './values.ts';

const MODES = ['ignore', 'prepend', 'split'];

/** Before all paths of the document: `split` leaves out the base path's first part. */
export function pathPrefix(root: Fields, mode = 'ignore'): string {
  if (!MODES.includes(mode)) {
    throw badRequest(`Invalid basepath specified. Must be one of: [${MODES.join(', ')}]`);
  }
  if (mode === 'ignore') return '';
  const given = root.has('swagger') ? textOf(root.get('basePath'), 'basePath') : serverPath(root);
  const path = `/${given ?? ''}`.replaceAll(/\/+/g, '/').replace(/\/$/, '');
  return mode === 'split' ? path.replace(/^\/[^/]*/, '') : path;
}

/** The path of the first server's URL, with the defaults of its variables. */
function serverPath(root: Fields): string {
  const [first] = listOf(root.get('servers'), 'servers');
  const server = fieldsOf(first, 'servers');
  const variables = fieldsOf(server.get('variables'), 'servers.variables');
  const url = textOf(server.get('url'), 'servers.url') ?? '';
  const filled = url.replaceAll(/\{([^{}]*)\}/g, (_, name: string) => {
    const variable = fieldsOf(variables.get(name), `servers.variables.${name}`);
    return scalarTextOf(variable.get('default'), `servers.variables.${name}`) ?? '';
  });
  return filled.replace(/^[a-z]+:\/\/[^/]*/i, '');
}
