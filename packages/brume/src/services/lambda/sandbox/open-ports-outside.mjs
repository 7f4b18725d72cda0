// Opens the ports of a network that has just been made, from outside of its sandbox.
import { networkInterfaces } from 'node:os';
import { openPorts } from '../runtimes/node/open-ports.cjs';

const LOOK_AGAIN_MS = 1;
const LOOKS_MAX = 10_000;

// bubblewrap says that the network is there before its loopback interface is up.
for (let look = 0; look < LOOKS_MAX && !networkInterfaces().lo; look++) {
  await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
}
await openPorts();
