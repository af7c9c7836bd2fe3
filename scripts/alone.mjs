import { mkdtempSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/**
 * Does `work` while no other process does, on this machine or another that shares the folder; waits for its turn.
 *
 * The lock is a folder that appears by one rename with its owner already in it, so it never exists without one. A lock is
 * stale when its owner has ended, or after `limit` ms, which must be longer than the work may last.
 * `work` gets a function to which it tells the process that works for it: that one may outlive an owner that was killed.
 */
export async function alone(lock, { limit, say }, work) {
  const owner = JSON.stringify({ pid: process.pid, host: hostname(), since: Date.now() })
  let waiting = false
  while (!take(lock, owner)) {
    const seen = ownerOf(lock)
    if (seen !== null && stale(lock, seen, limit)) drop(lock, seen)
    if (!waiting) say('another run is preparing this folder; waiting for it ...')
    waiting = true
    await sleep(200)
  }
  const release = () => drop(lock, owner)
  process.once('exit', release)
  try {
    await work((pid) => writeFileSync(join(lock, 'helper'), String(pid)))
  } finally {
    process.off('exit', release)
    release()
  }
}

function take(lock, owner) {
  const folder = mkdtempSync(`${lock}-`)
  writeFileSync(join(folder, '.gitignore'), '*\n')
  writeFileSync(join(folder, 'owner'), owner)
  try {
    renameSync(folder, lock) // refused while `lock` is a folder with something in it
    return true
  } catch (error) {
    rmSync(folder, { recursive: true, force: true })
    if (['ENOTEMPTY', 'EEXIST', 'EPERM'].includes(error.code)) return false
    throw error
  }
}

function ownerOf(lock) {
  try {
    return readFileSync(join(lock, 'owner'), 'utf8')
  } catch {
    return null // released in this moment
  }
}

function stale(lock, owner, limit) {
  const { pid, host } = JSON.parse(owner)
  const age = Date.now() - (statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? Date.now())
  if (age > limit) return true
  if (host !== hostname()) return false
  return !lives(pid) && !lives(helperOf(lock))
}

function helperOf(lock) {
  try {
    return Number(readFileSync(join(lock, 'helper'), 'utf8'))
  } catch {
    return 0
  }
}

function lives(pid) {
  if (!(pid > 0)) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error.code === 'EPERM' // it lives, under another user
  }
}

/** Moves the lock aside before removing it: of several that drop the same lock, one succeeds. */
function drop(lock, owner) {
  if (ownerOf(lock) !== owner) return
  const aside = `${lock}-${process.pid}-dropped`
  try {
    renameSync(lock, aside)
  } catch {
    return
  }
  rmSync(aside, { recursive: true, force: true })
}
