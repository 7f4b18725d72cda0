/**
 * What functions may not ask of the kernel: a seccomp filter, made here as the BPF program that the
 * kernel takes. It refuses what a function on AWS has no use for and what has let processes out of
 * their namespaces before; everything else is left to the namespaces themselves.
 *
 * Instructions and field offsets: linux/filter.h, linux/seccomp.h. Numbers: asm/unistd_64.h (x86-64) and
 * asm-generic/unistd.h (arm64).
 */

/** System calls that are refused, with their numbers on x86-64 and arm64. */
const REFUSED: readonly (readonly [name: string, x64: number, arm64: number])[] = [
  ['mount', 165, 40],
  ['umount2', 166, 39],
  ['pivot_root', 155, 41],
  ['chroot', 161, 51],
  ['unshare', 272, 97],
  ['setns', 308, 268],
  ['open_tree', 428, 428],
  ['move_mount', 429, 429],
  ['fsopen', 430, 430],
  ['fsconfig', 431, 431],
  ['fsmount', 432, 432],
  ['fspick', 433, 433],
  ['mount_setattr', 442, 442],
  ['open_tree_attr', 467, 467],
  ['ptrace', 101, 117],
  ['process_vm_readv', 310, 270],
  ['process_vm_writev', 311, 271],
  ['kcmp', 312, 272],
  ['pidfd_getfd', 438, 438],
  ['bpf', 321, 280],
  ['perf_event_open', 298, 241],
  ['userfaultfd', 323, 282],
  ['fanotify_init', 300, 262],
  ['io_uring_setup', 425, 425],
  ['io_uring_enter', 426, 426],
  ['io_uring_register', 427, 427],
  ['add_key', 248, 217],
  ['request_key', 249, 218],
  ['keyctl', 250, 219],
  ['init_module', 175, 105],
  ['finit_module', 313, 273],
  ['delete_module', 176, 106],
  ['kexec_load', 246, 104],
  ['kexec_file_load', 320, 294],
  ['reboot', 169, 142],
  ['swapon', 167, 224],
  ['swapoff', 168, 225],
  ['acct', 163, 89],
  ['quotactl', 179, 60],
  ['quotactl_fd', 443, 443],
  ['syslog', 103, 116],
  ['adjtimex', 159, 171],
  ['settimeofday', 164, 170],
  ['clock_settime', 227, 112],
  ['clock_adjtime', 305, 266],
  ['name_to_handle_at', 303, 264],
  ['open_by_handle_at', 304, 265],
  ['lookup_dcookie', 212, 18],
  ['sethostname', 170, 161],
  ['setdomainname', 171, 162],
  ['vhangup', 153, 58],
];
/** create_module, iopl, ioperm, uselib, _sysctl, nfsservctl. */
const REFUSED_ON_X64 = [174, 172, 173, 134, 156, 180];

interface Architecture {
  /** AUDIT_ARCH_*: the kernel's name for a set of system call numbers. */
  readonly audit: number;
  /** Numbers from here on belong to another calling convention of the same processor. */
  readonly foreignFrom: number | undefined;
  readonly clone: number;
  readonly clone3: number;
  readonly socket: number;
  readonly refused: readonly number[];
}

/** By `process.arch`. */
const ARCHITECTURES = new Map<string, Architecture>([
  [
    'x64',
    {
      audit: 0xc000003e,
      foreignFrom: 0x40000000,
      clone: 56,
      clone3: 435,
      socket: 41,
      refused: [...REFUSED.map(([, x64]) => x64), ...REFUSED_ON_X64],
    },
  ],
  [
    'arm64',
    {
      audit: 0xc00000b7,
      foreignFrom: undefined,
      clone: 220,
      clone3: 435,
      socket: 198,
      refused: REFUSED.map(([, , arm64]) => arm64),
    },
  ],
]);

const LOAD_WORD = 0x20;
const JUMP_IF_EQUAL = 0x15;
const JUMP_IF_AT_LEAST = 0x35;
const JUMP_IF_ANY_BIT = 0x45;
const RETURN = 0x06;

const ALLOW = 0x7fff0000;
const KILL_PROCESS = 0x80000000;
const errno = (number: number) => 0x00050000 + number;
const EPERM = errno(1);
const ENOSYS = errno(38);
const EAFNOSUPPORT = errno(97);

/** Offsets in `struct seccomp_data`; of arguments the lower half, on little-endian processors. */
const NUMBER_OFFSET = 0;
const ARCHITECTURE_OFFSET = 4;
const ARGUMENT_0_OFFSET = 16;

/** CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET. */
const NEW_NAMESPACE_FLAGS = 0x7e020000;
/** AF_UNIX, AF_INET, AF_INET6, AF_NETLINK (which lists network interfaces). */
const SOCKET_FAMILIES = [1, 2, 10, 16];

type Instruction = readonly [code: number, ifTrue: number, ifFalse: number, operand: number];

/** The filter for a processor (`process.arch`), as `bwrap --seccomp` reads it; undefined for others. */
export function seccompFilter(arch: string): Buffer | undefined {
  const architecture = ARCHITECTURES.get(arch);
  return architecture && assemble(program(architecture));
}

function program({ audit, foreignFrom, clone, clone3, socket, refused }: Architecture) {
  const instructions: Instruction[] = [
    [LOAD_WORD, 0, 0, ARCHITECTURE_OFFSET],
    [JUMP_IF_EQUAL, 1, 0, audit],
    [RETURN, 0, 0, KILL_PROCESS],
    [LOAD_WORD, 0, 0, NUMBER_OFFSET],
  ];
  if (foreignFrom !== undefined) {
    instructions.push([JUMP_IF_AT_LEAST, 0, 1, foreignFrom], [RETURN, 0, 0, ENOSYS]);
  }
  for (const number of refused) {
    instructions.push([JUMP_IF_EQUAL, 0, 1, number], [RETURN, 0, 0, EPERM]);
  }
  instructions.push(
    // Its flags are in memory, where a filter cannot look: libraries take `clone` instead.
    ...([
      [JUMP_IF_EQUAL, 0, 1, clone3],
      [RETURN, 0, 0, ENOSYS],
    ] as const),
    ...([
      [JUMP_IF_EQUAL, 0, 4, clone],
      [LOAD_WORD, 0, 0, ARGUMENT_0_OFFSET],
      [JUMP_IF_ANY_BIT, 0, 1, NEW_NAMESPACE_FLAGS],
      [RETURN, 0, 0, EPERM],
      [RETURN, 0, 0, ALLOW],
    ] as const),
    [JUMP_IF_EQUAL, 0, SOCKET_FAMILIES.length + 2, socket],
    [LOAD_WORD, 0, 0, ARGUMENT_0_OFFSET],
    // Each jumps to the last instruction.
    ...SOCKET_FAMILIES.map(
      (family, index) => [JUMP_IF_EQUAL, SOCKET_FAMILIES.length - index, 0, family] as const,
    ),
    [RETURN, 0, 0, EAFNOSUPPORT],
    [RETURN, 0, 0, ALLOW],
  );
  return instructions;
}

function assemble(instructions: readonly Instruction[]): Buffer {
  const bytes = Buffer.alloc(instructions.length * 8);
  for (const [index, [code, ifTrue, ifFalse, operand]] of instructions.entries()) {
    bytes.writeUInt16LE(code, index * 8);
    bytes.writeUInt8(ifTrue, index * 8 + 2);
    bytes.writeUInt8(ifFalse, index * 8 + 3);
    bytes.writeUInt32LE(operand >>> 0, index * 8 + 4);
  }
  return bytes;
}
