// Opens the ports of a sandbox's own network for a program that knows nothing of them.
import { openPorts } from './open-ports.mjs';

await openPorts();
