/**
 * The file system that a function sees under bwrap, as bwrap's arguments: the system's programs and
 * libraries, what its runtime needs, its code at `/var/task` and a `/tmp` of its own. All but `/tmp` is
 * read-only, and nothing else of the machine is there.
 */
import { existsSync, lstatSync, readFileSync, readlinkSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { ImageRoot } from './sandbox.ts';

export const TASK_ROOT = '/var/task';
export const LAYERS_ROOT = '/opt';
/** Where a function finds its Runtime API. */
export const SOCKET_PATH = '/run/runtime-api';
const MIB = 1024 * 1024;

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
const SYSTEM_FILES = [
  '/etc/alternatives',
  '/etc/ca-certificates',
  '/etc/crypto-policies',
  '/etc/gai.conf',
  '/etc/host.conf',
  '/etc/ld.so.cache',
  '/etc/ld.so.conf',
  '/etc/ld.so.conf.d',
  '/etc/localtime',
  '/etc/mime.types',
  '/etc/nsswitch.conf',
  '/etc/os-release',
  '/etc/pki',
  '/etc/protocols',
  '/etc/services',
  '/etc/ssl/certs',
  '/etc/ssl/openssl.cnf',
];

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
/** Where an image's sandbox has the program that becomes the function's user, if it must have it. */
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
}

/** Files on this machine that sandboxes have in place of the system's own. */
export interface RootFiles {
  /** Names the one user that functions see. */
  readonly passwd: string;
  readonly hosts: string;
  /** Becomes the function's user in an image; undefined where nobody does, or cannot. */
  readonly starter?: string | undefined;
  /** Undefined where the machine's own will do. */
  readonly resolver: string | undefined;
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
    parents([...SYSTEM_FILES, TASK_ROOT, SOCKET_PATH]),
    SYSTEM_FILES.flatMap(systemFile),
    ['--ro-bind', files.passwd, '/etc/passwd', '--ro-bind', files.hosts, '/etc/hosts'],
    files.resolver === undefined
      ? systemFile('/etc/resolv.conf')
      : ['--ro-bind', files.resolver, '/etc/resolv.conf'],
    ['--proc', '/proc'],
    DEVICES,
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
  { hosts, resolver = '/etc/resolv.conf', starter }: RootFiles,
): string[] {
  const ownFiles = [
    ['--ro-bind', hosts, '/etc/hosts'],
    existsSync(resolver) ? ['--ro-bind', realpathSync(resolver), '/etc/resolv.conf'] : [],
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
    user.isNamespaced || starter === undefined ? [] : ['--ro-bind', starter, STARTER],
    ['--remount-ro', '/dev'],
    ['--size', String(spec.ephemeralStorageMb * MIB), '--perms', '1777', '--tmpfs', '/tmp'],
    ['--chdir', image.workingDirectory, '--clearenv'],
  ].flat();
}

/** The one user that functions see, by AWS's name. */
export function passwdFile({ number, group }: SandboxUser): string {
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

function systemFile(path: string): string[] {
  // Where the file really is may not be there inside.
  return existsSync(path) ? ['--ro-bind', realpathSync(path), path] : [];
}

/** Not there already with the system's own folders. */
function isHidden(path: string): boolean {
  return !SYSTEM_FOLDERS.some((folder) => path.startsWith(`${folder}/`));
}
