/**
 * The page at `/_brume/` for people: the last requests as they come, and the APIs that are deployed. It is
 * a few files that the browser runs as they are, and reads what the other pages and AWS's own operations
 * answer.
 */
import { fileURLToPath } from 'node:url';
import type { Disk } from '../environment/disk.ts';
import type { HttpResponse } from '../http/message.ts';

/** Nothing from elsewhere, nothing inline: what the page shows was written by anybody. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

const TYPES: Readonly<Record<string, string>> = {
  'console.html': 'text/html; charset=utf-8',
  'console.css': 'text/css; charset=utf-8',
  'console.mjs': 'text/javascript; charset=utf-8',
  'requests.mjs': 'text/javascript; charset=utf-8',
  'apis.mjs': 'text/javascript; charset=utf-8',
  'sockets.mjs': 'text/javascript; charset=utf-8',
  'element.mjs': 'text/javascript; charset=utf-8',
};

/** The files by the ends of their addresses; the page itself has none. */
export function consolePages(disk: Disk): Readonly<Record<string, () => Promise<HttpResponse>>> {
  const pages = Object.entries(TYPES).map(([name, type]) => {
    const path = fileURLToPath(new URL(`./page/${name}`, import.meta.url));
    const answer = async () => ({
      status: 200,
      headers: {
        'content-type': type,
        'content-security-policy': POLICY,
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'cache-control': 'no-cache',
      },
      body: await disk.readFile(path),
    });
    return [name === 'console.html' ? '' : name, answer] as const;
  });
  return Object.fromEntries(pages);
}
