/**
 * `npm run demo`: the whole product on an embedded Drive, an embedded S3 and SQLite. Nothing leaves this machine.
 *
 *   npm run demo                          a drive that keeps changing, backed up as it changes, until Ctrl-C
 *   npm run demo -- --fresh               nothing is set up: the dashboard leads through it
 *   npm run demo -- --exit-when-synced    one complete pass; the summary is the last line
 *   npm run demo -- --folder DIR          a real folder, served as a Drive
 *   npm run demo -- --data-set NAME       another drive: small, mixed, awkward …
 *   npm run demo -- --help                all options
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { DATA_SETS, isDataSet } from '../emulator/drive/datasets/data-sets.ts'
import { FolderError } from '../emulator/drive/folder/folder.ts'
import { type DriveEmulator, startDrive } from '../emulator/drive/index.ts'
import { type S3Server, startS3 } from '../emulator/s3/index.ts'
import { liveIn } from './demo-life.ts'

const BUCKET = 'my-backup'
/** Of the dashboard, which listens on this machine alone. */
const USER = { name: 'demo', password: 'drivekeep-demo' }
const PORT = 8080
const HELP = `The whole product on an embedded Google Drive, an embedded S3 and SQLite. Nothing leaves this machine.

Usage: npm run demo -- [options]

  --folder DIR          back up this real folder, served as a Google Drive; nothing in it is changed
  --data-set NAME       another drive: ${Object.keys(DATA_SETS).join(', ')} (default small)
  --fresh               begin with nothing set up: the dashboard leads through it
  --exit-when-synced    end after one complete pass; the summary is the last line
  --help                print this

Without --exit-when-synced it runs until Ctrl-C.
`
const DRIVEKEEP = fileURLToPath(new URL('../bin/drivekeep', import.meta.url))

const options = readOptions()
const folder = await mkdtemp(join(tmpdir(), 'drivekeep-demo-'))
let exitCode = 1
try {
  await using drive = await startDrive(
    options.folder === undefined ? { dataSet: options.dataSet } : { folder: options.folder },
  )
  await using s3 = await startS3({ buckets: [BUCKET] })
  const config = join(folder, 'config.yaml')
  const port = await freePort()
  await writeFile(config, JSON.stringify(options.fresh ? bareConfig(drive, port) : configFor(drive, s3, port)))
  exitCode = options.exitWhenSynced ? await syncOnce(config) : await watch(drive, s3, config, port)
} catch (error) {
  if (!(error instanceof FolderError)) throw error
  console.error(`demo: --folder: ${error.message}`)
  exitCode = 2
} finally {
  await rm(folder, { recursive: true, force: true })
}
process.exitCode = exitCode

function readOptions() {
  try {
    const { values } = parseArgs({
      options: {
        'exit-when-synced': { type: 'boolean', default: false },
        fresh: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
        folder: { type: 'string' },
        'data-set': { type: 'string', default: 'small' },
      },
    })
    if (values.help) {
      console.log(HELP)
      process.exit(0)
    }
    const dataSet = values['data-set']
    if (!isDataSet(dataSet)) throw new Error(`--data-set ${dataSet}: there are ${Object.keys(DATA_SETS).join(', ')}`)
    if (values.fresh && values['exit-when-synced']) throw new Error('--fresh and --exit-when-synced exclude each other')
    return { exitWhenSynced: values['exit-when-synced'], fresh: values.fresh, folder: values.folder, dataSet }
  } catch (error) {
    console.error(`demo: ${error instanceof Error ? error.message : error}\nSee --help.`)
    process.exit(2)
  }
}

/** All that the dashboard cannot ask for: where this Google is. JSON is YAML, and quotes whatever has to be quoted. */
function bareConfig(drive: DriveEmulator, port: number) {
  const addresses = { api_url: drive.url, auth_url: `${drive.url}/o/oauth2/v2/auth`, token_url: `${drive.url}/token` }
  return {
    sources: { google_drive: addresses },
    sync: { interval_seconds: 2, retry_delay_seconds: 1 },
    daemon: { log_level: 'debug', api_port: port },
  }
}

function configFor(drive: DriveEmulator, s3: S3Server, port: number) {
  const { clientId, clientSecret, refreshToken } = drive.credentials
  const { sources, ...rest } = bareConfig(drive, port)
  const account = { client_id: clientId, client_secret: clientSecret, refresh_token: refreshToken }
  return {
    sources: { google_drive: { ...sources.google_drive, ...account } },
    destinations: {
      aws_s3: {
        type: 'other',
        bucket: BUCKET,
        region: s3.region,
        endpoint: s3.url,
        force_path_style: true,
        access_key_id: s3.credentials.accessKeyId,
        secret_access_key: s3.credentials.secretAccessKey,
      },
    },
    ...rest,
  }
}

/** One complete pass; the summary is the last line. */
async function syncOnce(config: string): Promise<number> {
  if (options.folder !== undefined) say(`A real folder is served as a Google Drive: ${options.folder}`)
  else say(`An embedded Google Drive (data set "${options.dataSet}") is backed up to an embedded S3 bucket.`)
  return ended(run(['sync', '--json', '--config', config], ['ignore', 'inherit', 'inherit']))
}

/** The daemon follows the drive until Ctrl-C, and the dashboard shows it. */
async function watch(drive: DriveEmulator, s3: S3Server, config: string, port: number): Promise<number> {
  if (!options.fresh) await addUser(config)
  say(`Google Drive (embedded)  ${drive.url}`)
  say(`S3 (embedded)            ${s3.url}/${BUCKET}`)
  say(`Catalog (SQLite)         ${join(folder, 'sync_state.db')}`)
  say(`Ask it: bin/drivekeep status --config ${config}`)
  if (options.fresh) await sayWhatToEnter(drive, s3, port)
  else say(`\nDashboard                http://127.0.0.1:${port}    user: ${USER.name}    password: ${USER.password}\n`)
  say('Ctrl-C ends the demo and removes its files.\n')

  const daemon = run(['start', '--config', config], ['ignore', 'inherit', 'pipe'])
  if (daemon.stderr !== null) createInterface({ input: daemon.stderr }).on('line', showLogLine)
  // Ctrl-C in a terminal reaches the daemon as well; a signal to us alone does not.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => daemon.kill('SIGTERM'))
  using _life = options.folder === undefined ? liveIn(drive, (what) => show('Drive', what)) : null
  return await ended(daemon) // not before: the life ends with this function
}

/** What the dashboard's set-up asks for, and a person would have from Google and from a storage provider. */
async function sayWhatToEnter(drive: DriveEmulator, s3: S3Server, port: number): Promise<void> {
  const { clientId, clientSecret } = drive.credentials
  const redirect = `http://127.0.0.1:${port}/api/google/callback`
  const client = {
    web: {
      client_id: clientId,
      client_secret: clientSecret,
      auth_uri: `${drive.url}/o/oauth2/v2/auth`,
      token_uri: `${drive.url}/token`,
      redirect_uris: [redirect],
    },
  }
  const file = join(folder, 'client_secret.json')
  await writeFile(file, JSON.stringify(client, null, 2))
  say('\nNothing is set up. The line below that names the set-up token begins it; then the dashboard asks for:')
  say(`  OAuth client JSON      ${file}`)
  say('  Provider               another S3-compatible server')
  say(`  Endpoint               ${s3.url}    path-style addresses`)
  say(`  Bucket, region         ${BUCKET}, ${s3.region}`)
  say(`  Access key, secret     ${s3.credentials.accessKeyId}, ${s3.credentials.secretAccessKey}\n`)
}

async function addUser(config: string): Promise<void> {
  const child = run(
    ['user', 'add', USER.name, '--role', 'admin', '--password-stdin', '--config', config],
    ['pipe', 'ignore', 'inherit'],
  )
  child.stdin?.end(USER.password)
  const code = await ended(child)
  if (code !== 0) throw new Error(`the user of the dashboard could not be made (exit code ${code})`)
}

/** The dashboard's usual port; where another program has it, any. */
async function freePort(): Promise<number> {
  for (const port of [PORT, 0]) {
    const server = createServer()
    const listening = once(server, 'listening').then(() => true)
    server.listen(port, '127.0.0.1')
    if (!(await listening.catch(() => false))) continue
    const address = server.address()
    server.close()
    await once(server, 'close')
    if (address !== null && typeof address === 'object') return address.port
  }
  throw new Error('this machine has no free port')
}

function run(args: string[], stdio: ('ignore' | 'inherit' | 'pipe')[]): ChildProcess {
  return spawn(process.execPath, [DRIVEKEEP, ...args], { stdio })
}

async function ended(child: ChildProcess): Promise<number> {
  const [code] = await once(child, 'exit')
  return code ?? 1
}

/** A line of the daemon's log, in words: what was looked at in vain is left out. */
function showLogLine(line: string): void {
  if (!line.startsWith('{')) {
    show('Drivekeep', line)
    return
  }
  const entry: Record<string, unknown> = JSON.parse(line)
  const { level, msg, path, bytes, synced, moved, skipped } = entry
  if (typeof path === 'string') show('Drivekeep', `${msg} ${path}${bytes === undefined ? '' : ` (${bytes} bytes)`}`)
  else if (msg === 'cycle done')
    show('Drivekeep', `protected again: ${synced ?? 0} stored, ${moved ?? 0} moved, ${skipped ?? 0} skipped`)
  else if (level !== 'debug') show('Drivekeep', String(msg))
}

function show(who: string, what: string): void {
  say(`${new Date().toTimeString().slice(0, 8)}  ${who.padEnd(10)} ${what}`)
}

function say(line: string): void {
  process.stderr.write(`${line}\n`)
}
