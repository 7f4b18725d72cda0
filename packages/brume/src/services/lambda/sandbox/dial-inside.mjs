// Listens at a socket file and passes what comes on to a port of the network that it runs in. Ends with
// its input, which Brume holds open.
import { connect, createServer } from 'node:net';

const [port, path] = process.argv.slice(2);

const server = createServer({ allowHalfOpen: true }, (outside) => {
  const inside = connect({ host: '127.0.0.1', port: Number(port), allowHalfOpen: true });
  outside.pipe(inside).pipe(outside);
  outside.on('error', () => inside.destroy());
  inside.on('error', () => outside.destroy());
});
server.listen(path, () => process.stdout.write('ready\n'));
process.stdin.resume().on('end', () => process.exit());
