/** The smallest zip archive that Lambda takes: files stored as they are, without compression. */
import { crc32 } from 'node:zlib';

const LOCAL_HEADER = 0x04034b50;
const CENTRAL_HEADER = 0x02014b50;
const END_OF_DIRECTORY = 0x06054b50;
const VERSION = 20;
/** 1 January 1980: the archive's bytes, and so the function's hash, depend on its files alone. */
const DOS_DATE = 0x21;
const UTF8_NAMES = 0x0800;
/** Unix mode of a file that everybody may read. */
const REGULAR_FILE = 0o100644;

export function zip(files: ReadonlyMap<string, Uint8Array>): Buffer {
  const local: Buffer[] = [];
  const central: Buffer[] = [];
  let offset = 0;
  for (const [name, content] of files) {
    const nameBytes = Buffer.from(name);
    const fields = describe(nameBytes, content);
    const header = Buffer.concat([uint32(LOCAL_HEADER), fields, uint16(0), nameBytes]);
    central.push(
      Buffer.concat([
        uint32(CENTRAL_HEADER),
        uint16(VERSION),
        fields,
        Buffer.alloc(8), // no extra fields, no comment, first disk, no internal attributes
        uint32((REGULAR_FILE << 16) >>> 0),
        uint32(offset),
        nameBytes,
      ]),
    );
    local.push(header, Buffer.from(content));
    offset += header.length + content.length;
  }
  const directory = Buffer.concat(central);
  const count = uint16(files.size);
  return Buffer.concat([
    ...local,
    directory,
    uint32(END_OF_DIRECTORY),
    Buffer.alloc(4), // this disk is the first and the only one
    count,
    count,
    uint32(directory.length),
    uint32(offset),
    uint16(0),
  ]);
}

/** The fields that local and central headers share, up to the length of the name. */
function describe(name: Buffer, content: Uint8Array): Buffer {
  const size = uint32(content.length);
  return Buffer.concat([
    uint16(VERSION),
    uint16(UTF8_NAMES),
    uint16(0), // stored, not compressed
    uint16(0),
    uint16(DOS_DATE),
    uint32(crc32(content)),
    size,
    size,
    uint16(name.length),
  ]);
}

function uint16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(value);
  return bytes;
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
