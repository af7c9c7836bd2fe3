import { copyTables } from '../copy-report.ts'
import { bothVersions, drivekeep, olderAims } from '../drivekeep.ts'
import { type Files, firstBackups } from '../first-backup.ts'
import { bareCopy } from '../peers/bare.ts'
import { rclone } from '../peers/rclone.ts'
import type { Row } from '../settings.ts'

const MIB = 2 ** 20

/** A few large files: bytes count. */
export const large: Row = {
  about: 'first backup of 4 files of 1 GiB',
  async run({ runs, quick, only, against, say }) {
    const files: Files = { dataSet: 'large', count: 4, size: quick ? 256 * MIB : 1024 * MIB }
    const peers = [rclone('rclone tuned'), rclone('rclone fastest'), rclone('rclone default'), bareCopy()]
    const wanted = [drivekeep(), ...peers].filter(({ name }) => only === null || only.includes(name))
    const contenders = against === null ? wanted : bothVersions(against)
    const s3Args = ['--discard', '--opaque-etags']
    const found = await firstBackups({ files, contenders, runs, s3Args }, say)
    const aims = against === null ? { peer: 'rclone tuned', rate: 1.3, cpu: 0.6, memory: 0.5 } : olderAims(against)
    const { tables, notes } = copyTables(found, files, [aims])
    return {
      method: `4 files of ${files.size / MIB} MiB, ${runs} ${runs === 1 ? 'run' : 'runs each in turns, medians'}. Drive over TLS, S3 plain with ETags that are no MD5 (as with SSE-KMS) and bodies dropped, no quota.`,
      tables,
      notes,
    }
  },
}
