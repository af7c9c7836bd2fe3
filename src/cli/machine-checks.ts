import { accessSync, constants, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { machineFault } from '../app/machine-fault.ts'
import type { CheckResult } from '../backup/model/destination.ts'
import { findDamage } from '../catalog/damage.ts'
import type { CatalogDatabase } from '../catalog/open.ts'
import { readDaemon } from '../catalog/operator.ts'
import { makeFolder } from '../make-folder.ts'
import { liveDaemon } from './process/daemon-process.ts'
import { bytes } from './terminal/format.ts'

/** Room for the catalog's growth and its log: a million files take about 1 GB. */
const LEAST_FREE = 200 * 1024 * 1024

/** Whether files can be made where the catalog and the log are kept: rights alone do not tell (read-only mounts, quotas). */
export function checkDataFolder(folder: string): CheckResult {
  const step = 'data_dir'
  const probe = join(folder, `.drivekeep-probe-${process.pid}`)
  try {
    makeFolder(folder)
    accessSync(folder, constants.R_OK | constants.X_OK)
    writeFileSync(probe, 'probe', { flag: 'wx' })
    rmSync(probe)
    return { step, ok: true, message: `${folder} can be written to` }
  } catch (error) {
    return { step, ok: false, message: `${folder}: ${machineFault(error) ?? (error as Error).message}` }
  }
}

export function checkDisk(folder: string): CheckResult {
  const step = 'disk'
  try {
    const { bavail, bsize, ffree, files } = statfsSync(folder)
    const free = bavail * bsize
    // Some file systems count no inodes.
    if (files > 0 && ffree < 100) return { step, ok: false, message: 'no inodes are left. Remove small files there.' }
    const ok = free >= LEAST_FREE
    const message = `${bytes(free)} free at ${folder}`
    return { step, ok, message: ok ? message : `only ${message}. Make room: the catalog and its log need some.` }
  } catch (error) {
    return { step, ok: false, message: machineFault(error) ?? String(error) }
  }
}

/** Reads the whole catalog once; seconds for a million files. */
export async function checkCatalog(db: CatalogDatabase): Promise<CheckResult> {
  const step = 'integrity'
  try {
    const found = await findDamage(db)
    if (found.length === 0) return { step, ok: true, message: 'sync_state.db is sound' }
    const remedy = 'Stop the daemon, and put a good copy in its place; without one, move it aside: a new one is made.'
    return { step, ok: false, message: `sync_state.db is damaged (${found.join('; ')}). ${remedy}` }
  } catch (error) {
    const words = machineFault(error)
    if (words === null) throw error
    return { step, ok: false, message: words }
  }
}

/** A daemon that is not there is no fault; one that died without a word is worth knowing of. */
export async function checkProcess(db: CatalogDatabase, catalogFile: string): Promise<CheckResult> {
  const step = 'daemon'
  const live = await liveDaemon(db, catalogFile)
  if (live !== null) return { step, ok: true, message: `${live.state} (pid ${live.pid})` }
  const crashed = (await readDaemon(db))?.pid != null
  if (!crashed) return { step, ok: true, message: 'none runs; `drivekeep start` starts one' }
  const message = 'ended without a word (killed, or the machine went down). `drivekeep start` continues where it was.'
  return { step, ok: false, message }
}
