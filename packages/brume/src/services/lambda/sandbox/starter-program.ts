/**
 * The first program in a sandbox: opens the ports of the sandbox's own network, becomes another user, who has
 * no rights beyond an ordinary one's, and then the program of its arguments. It has no libraries, so that no
 * variable of the function changes what it does, and takes a fraction of the time that others would need: a
 * start of Node.js for the ports, of `setpriv` for the user.
 *
 * In an image nothing else can do that: what is in there is the function's, and would be run as root.
 */

const LOAD_ADDRESS = 0x400000;
const ELF_HEADER_BYTES = 64;
const PROGRAM_HEADER_BYTES = 56;
const HEADERS_BYTES = ELF_HEADER_BYTES + PROGRAM_HEADER_BYTES;
const X86_64 = 62;
const SYSCALL = [0x0f, 0x05];
const [READ, CLOSE, SOCKET, SENDMSG, BIND, LISTEN] = [0, 3, 41, 46, 49, 50] as const;
const [EXECVE, EXIT, SETGROUPS, SETRESUID, SETRESGID, CAPSET, PRCTL] = [
  59, 60, 116, 117, 119, 126, 157,
] as const;
const AF_INET = 2;
const LOOPBACK = [127, 0, 0, 1];
/** A stream, closed when the next program begins. */
const SOCKET_TYPE = 0x80001;
const BACKLOG = 511;
const ADDRESS_BYTES = 16;
const READ_BYTES = 4096;
const PR_CAPBSET_DROP = 24;

/** For each capability: nobody who comes after can have it. Those that the kernel does not know fail. */
const DROP_BOUNDS = [
  ...[0x31, 0xdb], // xor ebx, ebx
  ...[0xbf, PR_CAPBSET_DROP, 0, 0, 0], // again: mov edi, PR_CAPBSET_DROP
  ...[0x89, 0xde], // mov esi, ebx
  ...[0xb8, PRCTL, 0, 0, 0, ...SYSCALL],
  ...[0xff, 0xc3, 0x83, 0xfb, 64], // inc ebx; cmp ebx, 64
  ...[0x72, 0x100 - 21], // jb again
];
/** All sets of this process, by structures of version 3 on the stack. */
const DROP_CAPABILITIES = [
  ...[0x6a, 0, 0x6a, 0, 0x6a, 0, 0x48, 0x89, 0xe6], // push 0, three times; mov rsi, rsp
  ...[0xb8, 0x22, 0x05, 0x08, 0x20, 0x50, 0x48, 0x89, 0xe7], // mov eax, version; push rax; mov rdi, rsp
  ...[0xb8, CAPSET, 0, 0, 0, ...SYSCALL],
  ...[0x48, 0x83, 0xc4, 32], // add rsp, 32
];
const EXECUTE = [
  ...[0x48, 0x8b, 0x0c, 0x24], // mov rcx, [rsp]: the number of arguments
  ...[0x48, 0x8d, 0x74, 0x24, 0x10], // lea rsi, [rsp + 16]: those after the first
  ...[0x48, 0x8b, 0x3e], // mov rdi, [rsi]
  ...[0x48, 0x8d, 0x14, 0xce], // lea rdx, [rsi + rcx * 8]: the variables after them
  ...[0xb8, EXECVE, 0, 0, 0, ...SYSCALL],
];
const END = [0xbf, 127, 0, 0, 0, 0xb8, EXIT, 0, 0, 0, ...SYSCALL]; // exit(127)

export interface StarterPorts {
  /** Ports on the loopback interface. */
  readonly numbers: readonly number[];
  /** File descriptor of Node's IPC channel, over which the sockets go to Brume. */
  readonly channelFd: number;
  /** Whether it goes on only when Brume has closed the channel. */
  readonly waits: boolean;
}

export interface StarterTasks {
  readonly ports?: StarterPorts | undefined;
  /** Number of the user and the group to become. */
  readonly user?: number | undefined;
}

/** Instructions that leave 0 in `eax`, or something else where they failed. */
type Step = readonly number[];

/** The program as an ELF file; undefined for a processor whose instructions are not known here. */
export function starterProgram(
  processor: string,
  { ports, user }: StarterTasks,
): Buffer | undefined {
  if (processor !== 'x64') return undefined;
  const steps = [
    ...(ports ? portSteps(ports) : []),
    ...(user === undefined ? [] : userSteps(user)),
  ];
  const code = Buffer.from(x64Code(steps));
  const header = Buffer.alloc(HEADERS_BYTES);
  // 64 bits, little-endian, version 1; an executable.
  Buffer.from([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]).copy(header);
  header.writeUInt16LE(2, 16);
  header.writeUInt16LE(X86_64, 18);
  header.writeUInt32LE(1, 20);
  header.writeBigUInt64LE(BigInt(LOAD_ADDRESS + HEADERS_BYTES), 24);
  header.writeBigUInt64LE(BigInt(ELF_HEADER_BYTES), 32);
  header.writeUInt16LE(ELF_HEADER_BYTES, 52);
  header.writeUInt16LE(PROGRAM_HEADER_BYTES, 54);
  header.writeUInt16LE(1, 56);
  // One segment, the whole file, to be read and executed.
  header.writeUInt32LE(1, 64);
  header.writeUInt32LE(5, 68);
  header.writeBigUInt64LE(BigInt(LOAD_ADDRESS), 80);
  header.writeBigUInt64LE(BigInt(LOAD_ADDRESS), 88);
  for (const at of [96, 104]) header.writeBigUInt64LE(BigInt(HEADERS_BYTES + code.length), at);
  header.writeBigUInt64LE(0x1000n, 112);
  return Buffer.concat([header, code]);
}

function portSteps({ numbers, channelFd, waits }: StarterPorts): Step[] {
  return [
    ...numbers.flatMap((port) => [
      bindSocket(port),
      [0x89, 0xdf, ...inEsi(BACKLOG), ...call(LISTEN)], // mov edi, ebx
      handOver(port, channelFd),
    ]),
    ...(waits ? [readToEnd(channelFd)] : []),
    [...inEdi(channelFd), ...call(CLOSE)],
  ];
}

/** Leaves the socket in `ebx`, and its address on the stack. */
function bindSocket(port: number): Step {
  return [
    ...[...inEdi(AF_INET), ...inEsi(SOCKET_TYPE), 0x31, 0xd2, ...call(SOCKET)], // xor edx, edx
    ...[0x89, 0xc3, 0x6a, 0], // mov ebx, eax; push 0
    ...[0x48, 0xb8, AF_INET, 0, port >>> 8, port & 0xff, ...LOOPBACK], // mov rax, address
    ...[0x50, 0x48, 0x89, 0xe6, 0x89, 0xdf], // push rax; mov rsi, rsp; mov edi, ebx
    ...[0xba, ...int32(ADDRESS_BYTES), ...call(BIND)], // mov edx, ADDRESS_BYTES
  ];
}

/** Sends the socket in `ebx` as Node sends a server, and takes what is on the stack since `bindSocket`. */
function handOver(port: number, channelFd: number): Step {
  const text = Buffer.from(`{"cmd":"NODE_HANDLE","type":"net.Server","msg":${port}}\n`);
  return [
    // The control message: its length, SOL_SOCKET and SCM_RIGHTS, the socket.
    ...[0x53, 0x48, 0xb8, ...int32(1), ...int32(1), 0x50, 0x6a, 20], // push rbx; mov rax, …; push rax; push 20
    ...[0x48, 0x89, 0xe2], // mov rdx, rsp
    // The text stands here; its address is where a call over it would return.
    ...[0xe8, ...int32(text.length), ...text, 0x58], // call …; pop rax
    ...[0x68, ...int32(text.length), 0x50, 0x48, 0x89, 0xe1], // push length; push rax; mov rcx, rsp
    // The message: no flags, 24 bytes of control message, one text, no address.
    ...[0x6a, 0, 0x6a, 24, 0x52, 0x6a, 1, 0x51, 0x6a, 0, 0x6a, 0], // push …, rdx, 1, rcx, 0, 0
    ...[0x48, 0x89, 0xe6, ...inEdi(channelFd), 0x31, 0xd2, ...call(SENDMSG)], // mov rsi, rsp; xor edx, edx
    ...[0x48, 0x83, 0xc4, 14 * 8], // add rsp, what was pushed
    ...[0x2d, ...int32(text.length)], // sub eax, length
  ];
}

function readToEnd(fd: number): Step {
  const size = int32(READ_BYTES);
  const read = [
    ...[...inEdi(fd), 0x48, 0x89, 0xe6, 0xba, ...size], // mov rsi, rsp; mov edx, size
    ...[...call(READ), 0x85, 0xc0], // test eax, eax
  ];
  return [
    ...[0x48, 0x81, 0xec, ...size], // sub rsp, size
    ...[...read, 0x7f, 0x100 - read.length - 2], // jg to the beginning of read
    ...[0x48, 0x81, 0xc4, ...size], // add rsp, size
  ];
}

function userSteps(user: number): Step[] {
  /** A system call with the user's number three times. */
  const become = (number: number) => [
    ...[...inEdi(user), 0x89, 0xfe, 0x89, 0xfa, ...call(number)], // mov esi, edi; mov edx, edi
  ];
  return [
    [...DROP_BOUNDS, 0x31, 0xff, 0x31, 0xf6, ...call(SETGROUPS)], // xor edi, edi; xor esi, esi
    become(SETRESGID),
    become(SETRESUID),
    DROP_CAPABILITIES,
  ];
}

/** After a step that fails nothing comes but the end. */
function x64Code(steps: readonly Step[]): Step {
  return steps.reduceRight<Step>(
    (after, step) => [
      ...step,
      ...[0x85, 0xc0, 0x0f, 0x85, ...int32(after.length - END.length)], // test eax, eax; jnz end
      ...after,
    ],
    [...EXECUTE, ...END],
  );
}

function call(number: number): number[] {
  return [0xb8, ...int32(number), ...SYSCALL]; // mov eax, number
}

function inEdi(value: number): number[] {
  return [0xbf, ...int32(value)];
}

function inEsi(value: number): number[] {
  return [0xbe, ...int32(value)];
}

function int32(value: number): number[] {
  return [value, value >>> 8, value >>> 16, value >>> 24].map((byte) => byte & 0xff);
}
