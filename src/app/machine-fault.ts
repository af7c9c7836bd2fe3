import { Fault } from '../backup/model/faults.ts'

/** Faults of this machine's disk or the catalog's file, as SQLite and Node name it. No defects: they can be mended. */
const FAULTS: readonly [code: RegExp, message: string][] = [
  [
    /^(SQLITE_NOTADB|SQLITE_CORRUPT)/,
    'the catalog sync_state.db is damaged or is no SQLite database. Put a good copy in its place; without one, move it aside (with its -wal and -shm files): ' +
      'a new one is made, and everything in Drive is listed and copied again',
  ],
  [
    /^(SQLITE_BUSY|SQLITE_LOCKED)/,
    'the catalog has been locked by another program for more than 30 seconds (a VACUUM, a backup of the file?). Let it end, and try again',
  ],
  [
    /^(SQLITE_READONLY|SQLITE_CANTOPEN|SQLITE_PERM|SQLITE_AUTH|EACCES|EPERM|EROFS|ENOTDIR|EEXIST)/,
    'data_dir cannot be written to. Give it to the user that runs Drivekeep (chown), with everything in it, or set data_dir to another folder',
  ],
  [/^(SQLITE_IOERR|EIO|EMFILE|ENFILE)/, 'the disk with data_dir, or this system, reports an error. Check it (dmesg)'],
]

/** What to tell the operator when an error comes from this machine; null when it does not. */
export function machineFault(error: unknown): string | null {
  for (const { code, message } of causesOf(error)) {
    if (FULL.test(code)) return diskFull(error)?.message ?? null
    const known = FAULTS.find(([pattern]) => pattern.test(code))
    if (known !== undefined) return `${known[1]}. (${code}: ${message})`
  }
  return null
}

/** The fault of a full disk; null when the error is another. */
export function diskFull(error: unknown): Fault | null {
  const full = [...causesOf(error)].find(({ code }) => FULL.test(code))
  return full === undefined
    ? null
    : new Fault('local/disk-full', 'data_dir', { detail: `${full.code}: ${full.message}`, cause: error })
}

/** SHMSIZE: the file of SQLite's shared memory could not be made larger, which it names as it does no other write. */
const FULL = /^(SQLITE_FULL|SQLITE_IOERR_SHMSIZE|ENOSPC|EDQUOT)/

function* causesOf(error: unknown): Generator<{ code: string; message: string }> {
  for (let cause = error; cause instanceof Error; cause = cause.cause)
    yield { code: 'code' in cause && typeof cause.code === 'string' ? cause.code : '', message: cause.message }
}
