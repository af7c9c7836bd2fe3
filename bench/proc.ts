import { readFileSync } from 'node:fs'

/** USER_HZ: what Linux counts CPU time in, in /proc, on every platform that Node runs on. */
const TICKS_PER_SECOND = 100

/** CPU seconds of a living process, all threads. */
export function cpuOf(pid: number): number {
  const [user = 0, system = 0] = times(pid)
  return user + system
}

/**
 * CPU seconds of all children of this process that have ended, their own ended children included. Its growth while a program
 * runs is what that program took, if no other child ends meanwhile.
 */
export function cpuOfEndedChildren(): number {
  const [, , user = 0, system = 0] = times('self')
  return user + system
}

/** CPU seconds in which the machine was busy with anything, and those that its host kept from it. */
export function cpuOfMachine(): number {
  const ticks = readFileSync('/proc/stat', 'latin1').split('\n', 1)[0]?.split(/\s+/).slice(1, 9).map(Number) ?? []
  const [user = 0, nice = 0, system = 0, _idle, _waiting, interrupts = 0, softInterrupts = 0, steal = 0] = ticks
  return (user + nice + system + interrupts + softInterrupts + steal) / TICKS_PER_SECOND
}

/** The most memory a process has held, in bytes: its resident set, pages shared with other programs included. 0 once it is gone. */
export function peakMemoryOf(pid: number): number {
  try {
    const kib = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1]
    return Number(kib ?? 0) * 1024
  } catch {
    return 0
  }
}

/** utime, stime, cutime, cstime in seconds. */
function times(pid: number | 'self'): number[] {
  const line = readFileSync(`/proc/${pid}/stat`, 'latin1')
  // The second field is the program's name in brackets, which may hold anything.
  const fields = line.slice(line.lastIndexOf(')') + 2).split(' ')
  return fields.slice(11, 15).map((ticks) => Number(ticks) / TICKS_PER_SECOND)
}
