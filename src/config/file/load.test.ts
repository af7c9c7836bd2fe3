import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { DESTINATION, Scratch, SIGN_IN, SOURCE } from '../scratch.ts'
import { loadConfig } from './load.ts'

test('a short configuration gets the defaults, in our own units, with absolute paths', () => {
  using scratch = new Scratch()
  const config = scratch.load(SOURCE + DESTINATION)
  expect(config).toEqual({
    file: join(scratch.folder, 'config.yaml'),
    dataDir: scratch.folder,
    catalogFile: join(scratch.folder, 'sync_state.db'),
    sources: [
      {
        name: 'google_drive',
        apiUrl: 'https://www.googleapis.com',
        authUrl: 'https://accounts.google.com/o/oauth2/v2/auth',
        tokenUrl: 'https://oauth2.googleapis.com/token',
        auth: { kind: 'refresh-token', clientId: 'client', clientSecret: 'hush', refreshToken: 'token' },
        client: { clientId: 'client', clientSecret: 'hush' },
        folders: null,
        excludePatterns: ['*.tmp', '.DS_Store', '~$*', '*.log', 'Thumbs.db'],
        excludePaths: [],
      },
    ],
    destinations: [
      {
        name: 'aws_s3',
        type: 'aws',
        bucket: 'my-backup',
        region: 'us-east-1',
        prefix: '',
        endpoint: null,
        forcePathStyle: false,
        credentials: null,
        storageClass: null,
        layout: 'mirror',
      },
    ],
    sync: {
      mode: 'realtime',
      autoStart: true,
      intervalMs: 300_000,
      checkRecentDays: 0,
      batchSize: 100,
      retry: { attempts: 5, delayMs: 30_000 },
      maxFileSizeBytes: 50 * 1024 ** 3,
      maxMemoryBytes: 256 * 1024 ** 2,
      reconcileDays: 7,
      massChange: { share: 0.1, items: 50 },
    },
    daemon: {
      apiHost: '127.0.0.1',
      apiPort: 8080,
      tls: null,
      trustedProxies: [],
      logLevel: 'info',
      logFile: join(scratch.folder, 'logs/backup-app.log'),
    },
    notifications: { email: null },
  })
})

test('nothing in a configuration can be changed', () => {
  using scratch = new Scratch()
  const config = scratch.load(SOURCE + DESTINATION)
  expect(Object.isFrozen(config)).toBe(true)
  expect(Object.isFrozen(config.destinations[0])).toBe(true)
  expect(Object.isFrozen(config.sync.retry)).toBe(true)
})

test('the configuration of the original guide is understood as it stands', () => {
  using scratch = new Scratch()
  const config = scratch.load(`${SOURCE}    exclude_patterns: 
      - '*.tmp'
      - '.DS_Store'
      - '~$*'
      - '*.log'
      - 'Thumbs.db'
sync:
  mode: realtime
  auto_start: true              # Auto-start daemon on app launch
  interval_seconds: 300         # Check for changes every 5 minutes
  check_recent_days: 7          # Check files modified in last 7 days
  batch_size: 100               # Max files per sync batch
  retry_attempts: 5             # Retry failed syncs
  retry_delay_seconds: 30       # Delay between retries
  max_file_size_gb: 50          # Skip files larger than this
  temp_dir: /tmp/backup-sync    # Temporary download location
destinations:
  aws_s3:
    enabled: true
    bucket: my-backup
    
  eu_provider:
    enabled: true
    type: scaleway
    bucket: my-backup-eu
`)
  expect(config.sync.checkRecentDays).toBe(7)
  expect(config.destinations).toMatchObject([
    { name: 'aws_s3', type: 'aws', region: 'us-east-1' },
    { name: 'eu_provider', type: 'scaleway', region: 'fr-par', endpoint: null },
  ])
})

test('what is disabled may be incomplete, and is not there', () => {
  using scratch = new Scratch()
  const off = `${SOURCE}${DESTINATION}  later: { enabled: false, bucket: \${LATER_BUCKET}, access_key_id: \${LATER_KEY} }
notifications: { email: { enabled: false, password: \${MAIL_PASSWORD} } }
`
  expect(scratch.load(off).destinations.map(({ name }) => name)).toEqual(['aws_s3'])
})

test('a service account takes the place of the sign-in keys, and its path is relative to the file', () => {
  using scratch = new Scratch()
  const keyFile = scratch.write('keys/drive.json', JSON.stringify({ client_email: 'a@b.c', private_key: 'x' }))
  const drive = `${SOURCE}    service_account_file: keys/drive.json\n    impersonate: user@example.com\n`
  const { auth } = scratch.load(drive + DESTINATION, {}).sources[0]
  expect(auth).toEqual({ kind: 'service-account', key: { file: keyFile }, impersonate: 'user@example.com' })
})

test('prefixes and addresses lose the slashes at their ends', () => {
  using scratch = new Scratch()
  const { destinations } = scratch.load(
    `${SOURCE}destinations: { lab: { type: minio, bucket: lab, prefix: /a/b/, endpoint: http://localhost:9000/ } }\n`,
  )
  expect(destinations).toMatchObject([{ prefix: 'a/b', endpoint: 'http://localhost:9000' }])
})

test('mail settings are kept, with one receiver or several', () => {
  using scratch = new Scratch()
  const mail = (to: string) =>
    scratch.load(
      `${SOURCE}${DESTINATION}notifications: { email: { enabled: true, smtp_host: mx, from: a@b.c, to: ${to} } }\n`,
    ).notifications.email
  expect(mail('x@y.z')).toEqual({ smtpHost: 'mx', smtpPort: 587, login: null, from: 'a@b.c', to: ['x@y.z'] })
  expect(mail('[x@y.z, v@w.x]')?.to).toEqual(['x@y.z', 'v@w.x'])
})

test('the file may be named by an absolute path, or relative to where we are', () => {
  using scratch = new Scratch()
  const file = scratch.write('etc/drivekeep.yaml', SOURCE + DESTINATION)
  expect(loadConfig(file, { env: SIGN_IN, cwd: '/' }).file).toBe(file)
  expect(loadConfig('etc/drivekeep.yaml', { env: SIGN_IN, cwd: scratch.folder }).dataDir).toBe(
    join(scratch.folder, 'etc'),
  )
})

test('the example in the docs loads', () => {
  using scratch = new Scratch()
  const docs = readFileSync(new URL('../../../docs/configuration.md', import.meta.url), 'utf8')
  const example = docs.match(/```yaml\n([\s\S]*?)```/)?.[1] ?? ''
  expect(example).toContain('google_drive:')
  expect(scratch.complaints(example)).toEqual([])
})
