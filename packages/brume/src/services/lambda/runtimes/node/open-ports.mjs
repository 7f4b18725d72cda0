// In a network of its own, a sandbox's first program listens where functions expect the Runtime API and
// Brume, and hands these sockets to Brume, which is outside.
import { createServer } from 'node:net';

/** Resolves when the function may start. Does nothing where there is nobody to hand sockets to. */
export async function openPorts() {
  if (!process.connected) return;
  const isToldToGoOn = new Promise((resolve) => process.once('message', resolve));
  const ports = process.env['_BRUME_PORTS'].split(',').map(Number);
  delete process.env['_BRUME_PORTS'];
  // All at once: each alone would wait for its own receipt.
  await Promise.all([isToldToGoOn, ...ports.map(hand)]);
  process.disconnect();
  delete process.send;
}

async function hand(port) {
  const server = createServer();
  await new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host: '127.0.0.1', port }, resolve);
  });
  await new Promise((resolve) => process.send(port, server, resolve));
  // Both would accept connections otherwise.
  server.close();
}
