import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const PYTHON = fileURLToPath(new URL('./python', import.meta.url));
const RUBY = fileURLToPath(new URL('./ruby/bootstrap.rb', import.meta.url));
const MODULE = new URL('./node/local-names.cjs', import.meta.url).href;

test('names under localhost are this machine to a function, in every form of the question', () => {
  const script = `
    import dns, { promises } from 'node:dns';
    import { promisify } from 'node:util';
    import { resolveLocalNames } from '${MODULE}';
    resolveLocalNames();
    const ask = (...words) => new Promise((resolve) => dns.lookup(...words, (...answer) => resolve(answer)));
    const name = 'abc.execute-api.localhost';
    console.log(JSON.stringify([
      await ask(name),
      await ask(name, 4),
      await ask(name, { all: true }),
      await promisify(dns.lookup)(name),
      await promises.lookup(name, { all: true }),
      (await ask('localhost.'))[0],
      (await ask('localhost.invalid'))[0].code !== undefined,
    ]));`;
  const words = ['--input-type=module', '--eval', script];
  const said = JSON.parse(execFileSync(process.execPath, words, { encoding: 'utf8' })) as unknown[];
  const loopback = { address: '127.0.0.1', family: 4 };
  assert.deepEqual(said.slice(0, 5), [
    [null, '127.0.0.1', 4],
    [null, '127.0.0.1', 4],
    [null, [loopback]],
    loopback,
    [loopback],
  ]);
  assert.equal(said.at(-1), true);
});

test('to a function in Python too', (t) => {
  const script = `
import socket, bootstrap
bootstrap.resolve_local_names()
print(socket.getaddrinfo("abc.execute-api.localhost", 4566, proto=socket.IPPROTO_TCP)[0][4])
print(socket.getaddrinfo("127.0.0.1", 80, proto=socket.IPPROTO_TCP)[0][4])`;
  const env = { ...process.env, PYTHONPATH: PYTHON, PYTHONDONTWRITEBYTECODE: '1' };
  const { error, stdout, stderr } = spawnSync('python3', ['-c', script], { encoding: 'utf8', env });
  if (error) return t.skip('there is no Python here');
  assert.equal(stdout, "('127.0.0.1', 4566)\n('127.0.0.1', 80)\n", stderr);
});

test('and to one in Ruby', (t) => {
  const script = `
require '${RUBY}'
TCPSocket.singleton_class.prepend(Brume::LocalNames)
server = TCPServer.new('127.0.0.1', 0)
puts TCPSocket.open('abc.execute-api.localhost', server.local_address.ip_port).remote_address.ip_address`;
  const { error, stdout, stderr } = spawnSync('ruby', ['-e', script], { encoding: 'utf8' });
  if (error) return t.skip('there is no Ruby here');
  assert.equal(stdout, '127.0.0.1\n', stderr);
});
