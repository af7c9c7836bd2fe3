import { execFileSync } from 'node:child_process'
import { appendFileSync, mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { Installation, until } from '../cli/drivekeep.ts'

/** A small disk of its own; only root can make one. */
class SmallDisk implements Disposable {
  readonly folder: string

  constructor(folder: string, bytes: number) {
    mkdirSync(folder)
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${bytes}`, 'tmpfs', folder], { stdio: 'pipe' })
    this.folder = folder
  }

  /** Leaves no room for another page; whoever works here takes some meanwhile. */
  fill(): void {
    const page = Buffer.alloc(4096)
    try {
      for (;;) appendFileSync(join(this.folder, 'ballast'), page)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error
    }
  }

  makeRoom(): void {
    rmSync(join(this.folder, 'ballast'))
  }

  [Symbol.dispose](): void {
    execFileSync('umount', ['--lazy', this.folder])
  }
}

test.skipIf(!canMount())(
  'a disk that fills up in mid-run is a fault with its hint, and work goes on when there is room',
  async () => {
    await using one = await Installation.start({ drive: { files: { 'a.txt': 'one' } } })
    using disk = new SmallDisk(join(one.folder, 'disk'), 32 * 1024 * 1024)
    one.configure({ top: { data_dir: disk.folder } })
    const daemon = await one.daemon()
    const stored = async () => (await one.objects()).length
    await until(async () => (await stored()) === 1)

    disk.fill()
    // Enough to outgrow what the catalog's log has room for already.
    for (let i = 0; i < 600; i++) one.drive.create({ name: `${'long '.repeat(30)} ${i}.txt`, content: `text ${i}` })
    await daemon.says('"local/disk-full"', 2)
    expect(daemon.stderr).toContain('Make room where data_dir is')
    disk.makeRoom()
    await until(async () => (await stored()) === 601)
    await until(async () => (await one.json<{ items: { pending: number } }>('status')).items.pending === 0)
    const puts = one.puts(200)
    // What was stored when the disk ran full could not be written down; it is found in storage.
    expect(puts).toBe(601)
  },
)

test.skipIf(!canMount())(
  'a catalog that cannot be opened for want of room is a full disk, not a broken one',
  async () => {
    await using one = await Installation.start()
    using disk = new SmallDisk(join(one.folder, 'disk'), 4 * 1024 * 1024)
    one.configure({ top: { data_dir: disk.folder } })
    await one.run(['status'])
    disk.fill()
    const { code, stderr } = await one.run(['status'])
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(/^drivekeep: .*the disk of this machine is full.*Make room.*\n$/),
    ])
  },
)

function canMount(): boolean {
  try {
    execFileSync('unshare', ['--mount', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt'], { stdio: 'pipe' })
    return process.getuid?.() === 0
  } catch {
    return false
  }
}
