/**
 * The file system that a function sees under bwrap, as bwrap's arguments: the system's programs and
 * libraries, what its runtime needs, its code at `/var/task` and a `/tmp` of its own. All but `/tmp` is
 * read-only, and nothing else of the machine is there.
 */
import { existsSync, lstatSync, readFileSync, readlinkSync, realpathSync } from 'node:fs';
import { chmod, copyFile, cp, lstat, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ImageRoot } from './sandbox.ts';

export const TASK_ROOT = '/var/task';
export const LAYERS_ROOT = '/opt';
/** Where a function finds its Runtime API. */
export const SOCKET_PATH = '/run/runtime-api';
const MIB = 1024 * 1024;
const EVERYBODY_READS = 0o004;

/** Programs and libraries; on most systems all but `/usr` are links into it. */
const SYSTEM_FOLDERS = [
  '/usr',
  '/bin',
  '/sbin',
  '/lib',
  '/lib32',
  '/lib64',
  '/libx32',
  '/nix/store',
];
/** What programs look up: libraries, certificates, names of hosts, time zones. Nothing about users. */
const ETC_FILES = [
  '/etc/gai.conf',
  '/etc/host.conf',
  '/etc/ld.so.cache',
  '/etc/localtime',
  '/etc/mime.types',
  '/etc/nsswitch.conf',
  '/etc/os-release',
  '/etc/protocols',
  '/etc/services',
  '/etc/ssl/openssl.cnf',
];
const ETC_FOLDERS = [
  '/etc/alternatives',
  '/etc/ca-certificates',
  '/etc/crypto-policies',
  '/etc/pki',
  '/etc/ssl/certs',
];
/** Folders of settings that Debian's and Fedora's Java links to. */
const ETC_JAVA = /^java(?:-|$)/;
const RESOLVER = '/etc/resolv.conf';

/**
 * What `--dev` makes, but for terminals: for those bubblewrap makes a namespace of users around the
 * function's, and what is in the outer one, the network, nobody could enter any more.
 */
const DEVICES = [
  ['--tmpfs', '/dev', '--dir', '/dev/shm'],
  ['null', 'zero', 'full', 'random', 'urandom', 'tty'].flatMap((name) => [
    '--dev-bind',
    `/dev/${name}`,
    `/dev/${name}`,
  ]),
  ['stdin', 'stdout', 'stderr'].flatMap((name, fd) => [
    '--symlink',
    `/proc/self/fd/${fd}`,
    `/dev/${name}`,
  ]),
  ['--symlink', '/proc/self/fd', '/dev/fd'],
].flat();
/** Where a sandbox has the program that it begins with. */
export const STARTER = '/dev/starter';

/** Namespaces and privileges. */
const APART = words(
  '--unshare-pid --unshare-ipc --unshare-uts --unshare-cgroup-try --hostname brume --new-session --die-with-parent --cap-drop ALL',
);

/** As whom functions run. */
export interface SandboxUser {
  readonly number: string;
  readonly group: string;
  readonly options: readonly string[];
  /** A user of a namespace of the sandbox's own. */
  readonly isNamespaced: boolean;
  /** Program that starts the function's, with its arguments. */
  readonly command: readonly string[];
}

/** AWS's numbers for functions, in a namespace where there is nobody else. */
const OWN_NAMESPACE: SandboxUser = {
  number: '993',
  group: '990',
  options: words('--unshare-user --uid 993 --gid 990'),
  isNamespaced: true,
  command: [],
};

/** Beyond what systems give to their users and containers. */
const NOBODY_ELSE = '2000000993';
/**
 * For a Brume that runs as root: to the kernel its user in a namespace would still be root, the owner
 * of devices and of settings in `/proc/sys`. Functions become somebody whom nobody else is instead.
 */
const realUser = (setpriv: string): SandboxUser => ({
  number: NOBODY_ELSE,
  group: NOBODY_ELSE,
  options: words('--cap-add CAP_SETUID --cap-add CAP_SETGID --cap-add CAP_SETPCAP'),
  isNamespaced: false,
  // By its path: it runs as root, and the function says what PATH is.
  command: words(
    `${setpriv} --reuid ${NOBODY_ELSE} --regid ${NOBODY_ELSE} --clear-groups --inh-caps=-all --ambient-caps=-all --bounding-set=-all --`,
  ),
});

function words(line: string): string[] {
  return line.split(' ');
}

/** `setpriv` is that program's absolute path, for a Brume that runs as root. */
export function sandboxUser(setpriv: string | undefined): SandboxUser {
  return setpriv === undefined ? OWN_NAMESPACE : realUser(setpriv);
}

export interface RootSpec {
  readonly codeFolder: string;
  readonly image?: ImageRoot | undefined;
  readonly layersFolder: string | undefined;
  readonly readable: readonly string[];
  readonly socket: string | undefined;
  readonly ephemeralStorageMb: number;
  readonly ownNetwork: boolean;
  /** File of the program that the sandbox begins with, if it does. */
  readonly starter: string | undefined;
}

/** Files on this machine that sandboxes have in place of the system's own. */
export interface RootFiles {
  /** Folder with what `/etc` has. */
  readonly etc: string;
  readonly hosts: string;
  /** Undefined where the machine's own will do. */
  readonly resolver: string | undefined;
}

/**
 * Arguments as bwrap's option `--args` reads them. One with their end in it would be several: a function's
 * variable could mount the machine's files.
 */
export function encodeArguments(all: readonly string[]): string {
  if (all.some((each) => each.includes('\0'))) {
    throw new Error('No variable or argument of a process can have a NUL character in it');
  }
  return `${all.join('\0')}\0`;
}

/** Arguments for bwrap up to the command. */
export function rootArguments(spec: RootSpec, user: SandboxUser, files: RootFiles): string[] {
  const { codeFolder, layersFolder, readable, socket, ephemeralStorageMb } = spec;
  const hidden = readable.filter(isHidden);
  return [
    APART,
    spec.ownNetwork ? ['--unshare-net'] : [],
    user.options,
    SYSTEM_FOLDERS.flatMap(systemFolder),
    ['--ro-bind', files.etc, '/etc'],
    ETC_FOLDERS.flatMap(systemFile),
    files.resolver === undefined ? systemFile(RESOLVER) : [],
    parents([TASK_ROOT, SOCKET_PATH]),
    ['--proc', '/proc'],
    DEVICES,
    starterFile(spec),
    ['--remount-ro', '/dev'],
    ['--size', String(ephemeralStorageMb * MIB), '--perms', '1777', '--tmpfs', '/tmp'],
    ['--ro-bind', codeFolder, TASK_ROOT],
    layersFolder === undefined ? ['--dir', LAYERS_ROOT] : ['--ro-bind', layersFolder, LAYERS_ROOT],
    socket === undefined ? [] : ['--ro-bind', socket, SOCKET_PATH],
    parents(hidden),
    hidden.flatMap((path) => ['--ro-bind', path, path]),
    ['--remount-ro', '/', '--chdir', TASK_ROOT, '--clearenv'],
  ].flat();
}

/**
 * Arguments for bwrap up to the command, for a function that brings a system of its own. The folders and
 * files on which something is mounted are there as what they should be: no link of the image's leads away.
 */
export function imageArguments(
  spec: RootSpec,
  image: ImageRoot,
  user: SandboxUser,
  { hosts, resolver = RESOLVER }: RootFiles,
): string[] {
  const ownFiles = [
    ['--ro-bind', hosts, '/etc/hosts'],
    existsSync(resolver) ? ['--ro-bind', realpathSync(resolver), RESOLVER] : [],
  ];
  const etc = lstatSync(join(image.root, 'etc'), { throwIfNoEntry: false });
  return [
    APART,
    spec.ownNetwork ? ['--unshare-net'] : [],
    user.options,
    ['--ro-bind', image.root, '/'],
    etc?.isDirectory() ? ownFiles.flat() : [],
    ['--proc', '/proc'],
    DEVICES,
    starterFile(spec),
    ['--remount-ro', '/dev'],
    ['--size', String(spec.ephemeralStorageMb * MIB), '--perms', '1777', '--tmpfs', '/tmp'],
    ['--chdir', image.workingDirectory, '--clearenv'],
  ].flat();
}

/**
 * Makes the folder that is `/etc` in sandboxes: copies, and places for what is mounted there. Each mount costs
 * a start a tenth of a millisecond, so only what changes while Brume runs, or is large, is mounted.
 */
export async function makeEtc(
  folder: string,
  user: SandboxUser,
  hosts: string,
  resolver: string | undefined,
): Promise<void> {
  const place = (path: string) => join(folder, path.slice('/etc'.length));
  await rm(folder, { recursive: true, force: true });
  await mkdir(place('/etc/ssl'), { recursive: true });
  for (const path of ETC_FOLDERS) if (existsSync(path)) await mkdir(place(path));
  for (const path of ETC_FILES) if (existsSync(path)) await copyFile(path, place(path));
  for (const name of await readdir('/etc')) {
    const copy = { recursive: true, filter: isForEverybody };
    if (ETC_JAVA.test(name)) await cp(join('/etc', name), join(folder, name), copy);
  }
  await writeFile(place('/etc/passwd'), passwdFile(user));
  await writeFile(place('/etc/hosts'), hosts);
  await writeFile(place(RESOLVER), resolver ?? '');
  // Whatever Brume makes files for: the function's user is another.
  const files = [...ETC_FILES, '/etc/passwd', '/etc/hosts', RESOLVER].map(place).filter(existsSync);
  for (const path of files) await chmod(path, 0o644);
  for (const path of [folder, place('/etc/ssl')]) await chmod(path, 0o755);
}

async function isForEverybody(path: string): Promise<boolean> {
  return ((await lstat(path)).mode & EVERYBODY_READS) !== 0;
}

/** The one user that functions see, by AWS's name. */
function passwdFile({ number, group }: SandboxUser): string {
  return `sbx_user1051:x:${number}:${group}::/home/sbx_user1051:/sbin/nologin\n`;
}

/** The machine's names, and the one by which extensions say where they listen, as on AWS. */
export function hostsFile(): string {
  const own = existsSync('/etc/hosts') ? readFileSync('/etc/hosts', 'utf8') : '127.0.0.1 localhost';
  return `${own.trimEnd()}\n127.0.0.1 sandbox.localdomain sandbox\n`;
}

/** bubblewrap makes folders on the way to a mount for their owner only. */
function parents(paths: readonly string[]): string[] {
  const folders = new Set<string>();
  for (const path of paths) {
    for (let folder = dirname(path); folder !== '/'; folder = dirname(folder)) folders.add(folder);
  }
  return [...folders].toSorted().flatMap((folder) => ['--dir', folder]);
}

function systemFolder(path: string): string[] {
  if (!existsSync(path)) return [];
  return lstatSync(path).isSymbolicLink()
    ? ['--symlink', readlinkSync(path), path]
    : ['--ro-bind', path, path];
}

function starterFile({ starter }: RootSpec): string[] {
  return starter === undefined ? [] : ['--ro-bind', starter, STARTER];
}

function systemFile(path: string): string[] {
  // Where the file really is may not be there inside.
  return existsSync(path) ? ['--ro-bind', realpathSync(path), path] : [];
}

/** Not there already with the system's own folders. */
function isHidden(path: string): boolean {
  return !SYSTEM_FOLDERS.some((folder) => path.startsWith(`${folder}/`));
}
