#!/usr/bin/env node
/**
 * Starts the command line. Written so that an old Node can still read it, to say what is wrong rather
 * than fail on the first line it does not understand.
 */
// WebSockets need `shouldUpgradeCallback` of node:http.
const NODE_MIN = [24, 9];
const [major, minor] = process.versions.node.split('.').map(Number);
if (major < NODE_MIN[0] || (major === NODE_MIN[0] && minor < NODE_MIN[1])) {
  process.stderr.write(
    `Brume needs Node ${NODE_MIN.join('.')} or later; this is Node ${process.versions.node}.\n`,
  );
  process.exit(1);
}

const { existsSync } = await import('node:fs');
const { enableCompileCache } = await import('node:module');
enableCompileCache();
// A checkout runs its sources as they are; the published package holds the compiled form only.
const source = new URL('../src/cli/main.ts', import.meta.url);
const { main } = await import(existsSync(source) ? source.href : '../dist/cli/main.js');
process.exitCode = await main(process.argv.slice(2));
