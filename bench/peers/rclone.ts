import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Contender, Site } from '../contest.ts'

const TUNED =
  '--drive-pacer-min-sleep 1ms --drive-pacer-burst 1000 --transfers 32 --checkers 32 --fast-list --s3-no-check-bucket'
const FASTEST =
  '--drive-pacer-min-sleep 10us --drive-pacer-burst 100000 --transfers 32 --checkers 32 --fast-list --s3-no-check-bucket --s3-no-head'

/** rclone's flags, by the name under which they appear in the results. */
export const RCLONE_FLAGS = {
  'rclone default': '',
  'rclone tuned': TUNED,
  'rclone fastest': FASTEST,
  /** Compares checksums out of the two listings, where times would cost a HEAD for each object. */
  'rclone fastest --checksum': `${FASTEST} --checksum`,
} as const

/** Variables that would change what rclone does: its own settings, proxies, and one that breaks its TLS. */
const MEDDLING = /^(RCLONE_.*|AWS_.*|(HTTPS?|NO|ALL)_PROXY|SSL_CERT_(FILE|DIR))$/i

/** `rclone copy` of the whole drive into the bucket. */
export function rclone(name: keyof typeof RCLONE_FLAGS, limitSeconds = 900): Contender {
  return {
    name,
    async prepare(site) {
      const config = join(site.folder, 'rclone.conf')
      await writeFile(config, configFor(site), { mode: 0o600 })
      const flags = RCLONE_FLAGS[name].split(' ').filter((flag) => flag !== '')
      const to = `s3:${site.bucket}`
      const inherited = Object.entries(process.env).filter(([variable]) => !MEDDLING.test(variable))
      return {
        command: 'rclone',
        args: ['copy', 'drive:', to, '--config', config, '--ca-cert', site.drive.caFile, ...flags],
        // rclone has Drive's address built in, so it goes through the proxy. HOME keeps its cache in the site's folder.
        env: {
          ...Object.fromEntries(inherited),
          HOME: site.folder,
          XDG_CACHE_HOME: site.folder,
          HTTPS_PROXY: site.drive.proxyUrl,
        },
        limitSeconds,
      }
    },
  }
}

function configFor({ drive, s3 }: Site): string {
  // With an empty access token rclone would not read the rest.
  const token = {
    access_token: 'expired',
    token_type: 'Bearer',
    refresh_token: drive.refreshToken,
    expiry: '2001-01-01T00:00:00Z',
  }
  return `[drive]
type = drive
client_id = ${drive.clientId}
client_secret = ${drive.clientSecret}
scope = drive
auth_url = ${drive.url}/o/oauth2/auth
token_url = ${drive.url}/token
token = ${JSON.stringify(token)}
[s3]
type = s3
provider = Other
endpoint = ${s3.url}
region = ${s3.region}
access_key_id = ${s3.accessKeyId}
secret_access_key = ${s3.secretAccessKey}
`
}
