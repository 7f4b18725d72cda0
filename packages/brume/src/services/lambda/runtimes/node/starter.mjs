// Starts a program that knows nothing of Brume in a network of its own.
import { openPorts } from './open-ports.mjs';

await openPorts();
const [command, ...args] = process.argv.slice(2);
process.execve(command, [command, ...args], process.env);
