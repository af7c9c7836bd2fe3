import { Fault, type FaultCode } from '../../backup/model/faults.ts'

/** What the error numbers of file systems mean here (Linux errno(3)). Those that are missing depend on the call. */
const CODES: Readonly<Record<string, FaultCode>> = {
  EACCES: 'storage/folder-denied',
  EPERM: 'storage/folder-denied',
  EROFS: 'storage/read-only',
  ENOSPC: 'storage/full',
  EDQUOT: 'storage/full',
  EFBIG: 'storage/file-too-large',
  EINVAL: 'storage/key-refused',
  EILSEQ: 'storage/key-refused',
  ENAMETOOLONG: 'storage/key-refused',
  ELOOP: 'storage/path-taken',
  ENOTDIR: 'storage/path-taken',
  EISDIR: 'storage/path-taken',
  ENOTEMPTY: 'storage/path-taken',
  EXDEV: 'storage/path-taken',
  EEXIST: 'storage/path-taken',
  ENOENT: 'storage/not-found',
}

/**
 * Turns what the file system says into a Fault about `subject`: a key, or the address. Faults and everything that is no
 * error of the system pass through. An error number without a meaning of its own is `storage/disk-error`.
 */
export function faultOf(error: unknown, subject: string): unknown {
  const code = errnoOf(error)
  if (code === null) return error
  return new Fault(CODES[code] ?? 'storage/disk-error', subject, { detail: (error as Error).message, cause: error })
}

/** `ENOENT`, …; null for what did not come from the system. */
export function errnoOf(error: unknown): string | null {
  if (!(error instanceof Error) || !('syscall' in error) || !('code' in error)) return null
  return typeof error.code === 'string' && /^E[A-Z0-9]+$/.test(error.code) ? error.code : null
}

/** The result, or null where the file or one of its folders is not there. */
export async function ifThere<T>(result: Promise<T>): Promise<T | null> {
  try {
    return await result
  } catch (error) {
    const code = errnoOf(error)
    if (code === 'ENOENT' || code === 'ENOTDIR') return null
    throw error
  }
}
