import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Contender } from '../contest.ts'
import { envFor } from '../drivekeep.ts'

const PROGRAM = fileURLToPath(new URL('bare-copy.ts', import.meta.url))

/** What the bare copy is told, as JSON in a file. */
export interface BareCopyOptions {
  drive: { url: string; clientId: string; clientSecret: string; refreshToken: string }
  s3: { url: string; region: string; bucket: string; accessKeyId: string; secretAccessKey: string }
}

/** The least that moves the bytes: what Node can do on this machine, and the emulators with it. */
export function bareCopy(): Contender {
  return {
    name: 'bare copy',
    async prepare(site) {
      const { drive, s3, bucket } = site
      const { clientId, clientSecret, refreshToken } = drive
      const { url, region, accessKeyId, secretAccessKey } = s3
      const options: BareCopyOptions = {
        drive: { url: drive.httpsUrl, clientId, clientSecret, refreshToken },
        s3: { url, region, bucket, accessKeyId, secretAccessKey },
      }
      const file = join(site.folder, 'bare-copy.json')
      await writeFile(file, JSON.stringify(options))
      return { command: process.execPath, args: [PROGRAM, file], env: envFor(site), limitSeconds: 900 }
    },
  }
}
