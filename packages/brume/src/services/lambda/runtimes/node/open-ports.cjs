// In a network of its own, a sandbox's first program listens where functions expect the Runtime API and
// Brume, and hands these sockets to Brume, which is outside.
'use strict';

const { createServer } = require('node:net');

/** Resolves when the function may start. */
async function openPorts() {
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

module.exports = { openPorts };
