/**
 * A program that becomes another user, who has no rights beyond an ordinary one's, and then the program of
 * its arguments. In an image nothing else can do that: what is in there is the function's, and would be run
 * as root. It has no libraries, so that no variable of the function changes what it does.
 */

const LOAD_ADDRESS = 0x400000;
const ELF_HEADER_BYTES = 64;
const PROGRAM_HEADER_BYTES = 56;
const HEADERS_BYTES = ELF_HEADER_BYTES + PROGRAM_HEADER_BYTES;
const X86_64 = 62;
const SYSCALL = [0x0f, 0x05];
const [EXECVE, EXIT, SETGROUPS, SETRESUID, SETRESGID, CAPSET, PRCTL] = [
  59, 60, 116, 117, 119, 126, 157,
] as const;
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

/** The program as an ELF file; undefined for a processor whose instructions are not known here. */
export function starterProgram(processor: string, user: number): Buffer | undefined {
  if (processor !== 'x64') return undefined;
  const code = Buffer.from(x64Code(user));
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

/** Its steps; after one that fails, with something other than 0 in `eax`, nothing comes but the end. */
function x64Code(user: number): number[] {
  const id = [user, user >>> 8, user >>> 16, user >>> 24].map((byte) => byte & 0xff);
  /** A system call with the user's number three times. */
  const become = (call: number) => [
    ...[0xbf, ...id], // mov edi, user
    ...[0x89, 0xfe, 0x89, 0xfa], // mov esi, edi; mov edx, edi
    ...[0xb8, call, 0, 0, 0, ...SYSCALL],
  ];
  const steps = [
    [...DROP_BOUNDS, ...[0x31, 0xff, 0x31, 0xf6, 0xb8, SETGROUPS, 0, 0, 0, ...SYSCALL]],
    become(SETRESGID),
    become(SETRESUID),
    DROP_CAPABILITIES,
  ];
  return steps.reduceRight(
    (after, step) => [
      ...step,
      ...[0x85, 0xc0, 0x75, after.length - END.length], // test eax, eax; jnz end
      ...after,
    ],
    [...EXECUTE, ...END],
  );
}
