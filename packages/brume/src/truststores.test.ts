import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { nodeEnvironment } from './environment/node.ts';
import { fileTruststores } from './truststores.ts';

const { disk } = nodeEnvironment();
const refused = (message: RegExp) => ({ name: 'BadRequestException', message });

test('truststores are files that the users of this machine may name', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'brume-truststores-'));
  t.after(() => rm(folder, { recursive: true }));
  const [within, without] = [join(folder, 'project'), join(folder, 'project/.brume')];
  await mkdir(without, { recursive: true });
  const [file, own, outside] = [join(within, 'a.pem'), join(without, 'b.pem'), join(folder, 'c')];
  for (const path of [file, own, outside]) await writeFile(path, path);
  await symlink(outside, join(within, 'link.pem'));
  const here = { disk, exposed: false, localFolders: { within, without } };
  const read = (path: string, more: object = {}) =>
    fileTruststores({ ...here, ...more }).read(pathToFileURL(path).href, undefined);
  assert.equal((await read(file)).toString(), file);
  await assert.rejects(read(own), refused(/Brume's own data/));
  await assert.rejects(read(outside), refused(/is not in/));
  await assert.rejects(read(join(within, 'link.pem')), refused(/is not in/));
  await assert.rejects(read(file, { exposed: true }), refused(/others than this machine’s users/));
});
