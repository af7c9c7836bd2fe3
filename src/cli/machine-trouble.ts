/** Trouble with this machine's disk or the catalog's file, as SQLite and Node name it. No defect: it can be mended. */
const TROUBLE: readonly [code: RegExp, message: string][] = [
  [
    /^(SQLITE_NOTADB|SQLITE_CORRUPT)/,
    'the catalog sync_state.db is damaged or is no SQLite database. Put a good copy in its place; without one, move it aside (with its -wal and -shm files): ' +
      'a new one is made, and everything in Drive is listed and copied again',
  ],
  [
    /^(SQLITE_FULL|ENOSPC|EDQUOT)/,
    'the disk with data_dir is full. Make room there; nothing is lost, and work goes on behind what was recorded last',
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
export function machineTrouble(error: unknown): string | null {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    const code = 'code' in cause && typeof cause.code === 'string' ? cause.code : ''
    const known = TROUBLE.find(([pattern]) => pattern.test(code))
    if (known !== undefined) return `${known[1]}. (${code}: ${cause.message})`
  }
  return null
}
