// Opens the ports of a sandbox's own network for a program that knows nothing of them.
'use strict';

const { openPorts } = require('./open-ports.cjs');

void openPorts();
