/**
 * Control groups: limits on the memory and the number of a sandbox's processes, and the means to freeze
 * them. Machines differ in what they have: version 1, version 2, or both at once; and in what of it a
 * user may write. What is not there is left out.
 */
import {
  accessSync,
  constants,
  existsSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  writeFileSync,
} from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';

type Feature = 'memory' | 'pids' | 'freeze';

interface Place {
  readonly version: 1 | 2;
  /** Where groups of ours can be made. */
  readonly folder: string;
}

type Places = ReadonlyMap<Feature, Place>;

export interface CgroupLimits {
  readonly memoryBytes: number;
  readonly processes: number;
}

const MIB = 1024 * 1024;

/** Makes groups below the group that this process is in, or beside it where it must have none below. */
export class Cgroups {
  readonly #places: Places;
  /** Groups that are of no more use, until their last process is gone. */
  readonly #ended = new Set<Cgroup>();

  private constructor(places: Places) {
    this.#places = places;
  }

  /** What this machine offers to this process; also removes what killed Brumes have left. */
  static detect(proc = '/proc/self'): Cgroups {
    const places = findPlaces(readText(`${proc}/mountinfo`), readText(`${proc}/cgroup`));
    for (const { folder } of new Set(places.values())) removeLeftOver(folder);
    return new Cgroups(places);
  }

  has(feature: Feature): boolean {
    return this.#places.has(feature);
  }

  /** `id` is the group's alone. Undefined where there is nothing to make a group of. */
  async create(id: string): Promise<Cgroup | undefined> {
    if (this.#places.size === 0) return undefined;
    this.#removeEnded();
    const name = `brume-${process.pid}-${id}`;
    const folders = new Map<Feature, Place>();
    for (const [feature, { version, folder }] of this.#places) {
      folders.set(feature, { version, folder: join(folder, name) });
    }
    const group = new Cgroup(folders);
    await group.make();
    return group;
  }

  /** Removes a group, whose processes are on their way out. */
  end(group: Cgroup): void {
    this.#ended.add(group);
    this.#removeEnded();
  }

  /** Tries once more what could not be removed; what is left then is for the next Brume. */
  close(): void {
    this.#removeEnded();
  }

  #removeEnded(): void {
    for (const group of this.#ended) if (group.remove()) this.#ended.delete(group);
  }
}

/** One group: a folder in each of the machine's hierarchies that are of use. */
export class Cgroup {
  readonly #places: Places;

  constructor(places: Places) {
    this.#places = places;
  }

  async make(): Promise<void> {
    for (const folder of this.#folders()) await mkdir(folder);
  }

  /** Not later: a function waits. The kernel notes these numbers, no more. */
  limit({ memoryBytes, processes }: CgroupLimits): void {
    const memory = this.#places.get('memory');
    if (memory?.version === 1) {
      writeFileSync(join(memory.folder, 'memory.limit_in_bytes'), String(memoryBytes));
    } else if (memory) {
      writeFileSync(join(memory.folder, 'memory.max'), String(memoryBytes));
      const swap = join(memory.folder, 'memory.swap.max');
      // Memory on a disk would let a function have more of it. Not there without swap.
      if (existsSync(swap)) writeFileSync(swap, '0');
    }
    const pids = this.#places.get('pids');
    if (pids) writeFileSync(join(pids.folder, 'pids.max'), String(processes));
  }

  /** Moves a process in; what it starts from then on is in too. */
  async add(pid: number): Promise<void> {
    for (const folder of this.#folders())
      await writeFile(join(folder, 'cgroup.procs'), String(pid));
  }

  /** Memory that the processes have for themselves, without files and `/tmp`; undefined if unknown. */
  ownMemoryMb(): number | undefined {
    const field = this.#places.get('memory')?.version === 1 ? 'total_rss' : 'anon';
    const bytes = this.#number('memory', 'memory.stat', field);
    return bytes === undefined ? undefined : Math.ceil(bytes / MIB);
  }

  /** Whether the kernel has killed a process for want of memory. */
  get outOfMemory(): boolean {
    const version = this.#places.get('memory')?.version;
    const file = version === 1 ? 'memory.oom_control' : 'memory.events';
    return (this.#number('memory', file, 'oom_kill') ?? 0) > 0;
  }

  /** Stops all processes, or lets them go on. False where groups cannot be frozen. */
  freeze(frozen: boolean): boolean {
    const place = this.#places.get('freeze');
    if (!place) return false;
    try {
      writeFileSync(join(place.folder, 'cgroup.freeze'), frozen ? '1' : '0');
      return true;
    } catch {
      // The group is gone, and its processes.
      return true;
    }
  }

  /** Removes the group. False while there are processes in it. */
  remove(): boolean {
    // All are tried: one may be empty before the others.
    return this.#folders().map(isRemoved).every(Boolean);
  }

  #folders(): string[] {
    return [...new Set([...this.#places.values()].map(({ folder }) => folder))];
  }

  #number(feature: Feature, file: string, field: string): number | undefined {
    const place = this.#places.get(feature);
    if (!place) return undefined;
    const text = readText(join(place.folder, file));
    const found = new RegExp(`^${field} (\\d+)$`, 'm').exec(text)?.[1];
    return found === undefined ? undefined : Number(found);
  }
}

/** Where groups can be made, from the mounts of this process and the groups it is in (cgroups(7)). */
function findPlaces(mountInfo: string, groups: string): Places {
  const places = new Map<Feature, Place>();
  for (const line of mountInfo.split('\n')) {
    const [before = '', after = ''] = line.split(' - ');
    const [, , , root = '/', mountPoint = ''] = before.split(' ');
    const [type, , options = ''] = after.split(' ');
    const own = (name: string) => join(mountPoint, relative(root, groupOf(groups, name)));
    if (type === 'cgroup') {
      for (const feature of ['memory', 'pids'] as const) {
        if (!options.split(',').includes(feature)) continue;
        if (isWritable(own(feature))) places.set(feature, { version: 1, folder: own(feature) });
      }
    } else if (type === 'cgroup2') {
      for (const [feature, folder] of unifiedPlaces(own(''), mountPoint)) {
        if (!places.has(feature)) places.set(feature, { version: 2, folder });
      }
    }
  }
  return places;
}

/** A group with processes cannot give controllers to groups below: those that have them are above. */
function unifiedPlaces(own: string, mountPoint: string): Map<Feature, string> {
  const places = new Map<Feature, string>();
  const chain = [own];
  for (let folder = own; folder !== mountPoint && folder.startsWith(mountPoint);) {
    folder = dirname(folder);
    chain.push(folder);
  }
  for (const folder of chain) {
    if (!isWritable(folder)) break;
    const given = readText(join(folder, 'cgroup.subtree_control')).trim().split(' ');
    if (!places.has('freeze')) places.set('freeze', folder);
    if (!given.includes('memory')) continue;
    places.set('freeze', folder).set('memory', folder);
    if (given.includes('pids')) places.set('pids', folder);
    break;
  }
  return places;
}

/** The path of this process's group in the hierarchy of a controller; `''` is version 2. */
function groupOf(groups: string, controller: string): string {
  for (const line of groups.split('\n')) {
    const [, controllers = '', ...path] = line.split(':');
    if (controllers.split(',').includes(controller)) return path.join(':');
  }
  return '/';
}

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    accessSync(join(folder, 'cgroup.procs'), constants.W_OK);
    return true;
  } catch {
    // Not there, or not ours.
    return false;
  }
}

function removeLeftOver(folder: string): void {
  for (const name of readdirSync(folder)) {
    const pid = /^brume-(\d+)-/.exec(name)?.[1];
    // One that has processes stays, and so does one of a Brume that runs.
    if (pid !== undefined && readText(`/proc/${pid}/stat`) === '') isRemoved(join(folder, name));
  }
}

function isRemoved(folder: string): boolean {
  try {
    rmdirSync(folder);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT';
  }
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    // What is not there says nothing.
    return '';
  }
}
