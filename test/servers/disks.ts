import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
const MIB = 1024 * 1024

/** Where each file system is mounted, by its name. */
export type Disks = Record<string, string>

/** A file system in an image of its own. */
export interface Disk extends AsyncDisposable {
  /** Where it is mounted. */
  path: string
  mount(): Promise<void>
  unmount(): Promise<void>
  remount(option: 'ro' | 'rw'): Promise<void>
}

/** How each file system is made and mounted. exFAT and NTFS as here tell no case apart; exFAT has no hard links either. */
const KINDS = {
  ext4: { make: ['mkfs.ext4', '-q'], mount: ['mount', '-t', 'ext4'] },
  exFAT: { make: ['mkfs.exfat'], mount: ['mount.exfat-fuse'] },
  NTFS: { make: ['mkfs.ntfs', '-F', '-q'], mount: ['lowntfs-3g', '-o', 'ignore_case'] },
} as const

/** The file systems that the contract suite runs on. Throws where this user may not mount any. */
export async function mountDisks(): Promise<{ paths: Disks } & AsyncDisposable> {
  const disks: Disk[] = []
  const paths: Disks = {}
  const end = async () => {
    for (const disk of disks) await disk[Symbol.asyncDispose]()
  }
  try {
    for (const kind of ['exFAT', 'NTFS'] as const) {
      const disk = await makeDisk(kind, 4096 * MIB)
      disks.push(disk)
      paths[kind] = disk.path
    }
  } catch (error) {
    await end()
    throw error
  }
  return { paths, [Symbol.asyncDispose]: end }
}

/** Makes a file system of this size in a sparse file, and mounts it. */
export async function makeDisk(kind: keyof typeof KINDS, bytes: number): Promise<Disk> {
  const folder = await mkdtemp(join(tmpdir(), 'drivekeep-disk-'))
  const [image, path] = [join(folder, 'image'), join(folder, 'mounted')]
  await mkdir(path)
  await writeFile(image, '')
  await truncate(image, bytes)
  const [program, ...options] = KINDS[kind].make
  await run(program, [...options, image])
  const device = (await run('losetup', ['--find', '--show', image])).stdout.trim()
  const disk: Disk = {
    path,
    mount: async () => {
      const [how, ...more] = KINDS[kind].mount
      await run(how, [...more, device, path])
    },
    unmount: async () => void (await run('umount', [path])),
    remount: async (option) => void (await run('mount', ['-o', `remount,${option}`, path])),
    async [Symbol.asyncDispose]() {
      // Lazily, and whether or not a test has unmounted it.
      await run('umount', ['--lazy', path]).catch(() => {})
      await run('losetup', ['--detach', device])
      await rm(folder, { recursive: true, force: true })
    },
  }
  try {
    await disk.mount()
  } catch (error) {
    await disk[Symbol.asyncDispose]()
    throw error
  }
  return disk
}
