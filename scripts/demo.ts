/**
 * `npm run demo`: the whole product on an embedded Drive, an embedded S3 and SQLite. Nothing leaves this machine.
 *
 *   npm run demo                          a drive that keeps changing, backed up as it changes, until Ctrl-C
 *   npm run demo -- --exit-when-synced    one complete pass; the summary is the last line
 *   npm run demo -- --folder DIR          a real folder, served as a Drive
 *   npm run demo -- --data-set NAME       another drive: small, mixed, awkward …
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { DATA_SETS, isDataSet } from '../emulator/drive/datasets/data-sets.ts'
import { type DriveEmulator, startDrive } from '../emulator/drive/index.ts'
import { type S3Server, startS3 } from '../emulator/s3/index.ts'
import { liveIn } from './demo-life.ts'

const BUCKET = 'my-backup'
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
  await writeFile(config, configFor(drive, s3))
  exitCode = options.exitWhenSynced ? await syncOnce(config) : await watch(drive, s3, config)
} finally {
  await rm(folder, { recursive: true, force: true })
}
process.exitCode = exitCode

function readOptions() {
  try {
    const { values } = parseArgs({
      options: {
        'exit-when-synced': { type: 'boolean', default: false },
        folder: { type: 'string' },
        'data-set': { type: 'string', default: 'small' },
      },
    })
    const dataSet = values['data-set']
    if (!isDataSet(dataSet)) throw new Error(`--data-set ${dataSet}: there are ${Object.keys(DATA_SETS).join(', ')}`)
    return { exitWhenSynced: values['exit-when-synced'], folder: values.folder, dataSet }
  } catch (error) {
    console.error(`demo: ${error instanceof Error ? error.message : error}`)
    process.exit(2)
  }
}

function configFor(drive: DriveEmulator, s3: S3Server): string {
  const { clientId, clientSecret, refreshToken } = drive.credentials
  // JSON is YAML, and quotes whatever has to be quoted.
  return JSON.stringify({
    sources: {
      google_drive: {
        api_url: drive.url,
        token_url: `${drive.url}/token`,
        client_id: clientId,
        client_secret: clientSecret,
        refresh_token: refreshToken,
      },
    },
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
    sync: { interval_seconds: 2, retry_delay_seconds: 1 },
    daemon: { log_level: 'debug' },
  })
}

/** One complete pass; the summary is the last line. */
async function syncOnce(config: string): Promise<number> {
  if (options.folder !== undefined) say(`A real folder is served as a Google Drive: ${options.folder}`)
  else say(`An embedded Google Drive (data set "${options.dataSet}") is backed up to an embedded S3 bucket.`)
  return ended(run(['sync', '--json', '--config', config], ['ignore', 'inherit', 'inherit']))
}

/** The daemon follows the drive until Ctrl-C. */
async function watch(drive: DriveEmulator, s3: S3Server, config: string): Promise<number> {
  say(`Google Drive (embedded)  ${drive.url}`)
  say(`S3 (embedded)            ${s3.url}/${BUCKET}`)
  say(`Catalog (SQLite)         ${join(folder, 'sync_state.db')}`)
  say(`Ask it: bin/drivekeep status --config ${config}`)
  say('Ctrl-C ends the demo and removes its files.\n')

  const daemon = run(['start', '--config', config], ['ignore', 'inherit', 'pipe'])
  if (daemon.stderr !== null) createInterface({ input: daemon.stderr }).on('line', showLogLine)
  // Ctrl-C in a terminal reaches the daemon as well; a signal to us alone does not.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => daemon.kill('SIGTERM'))
  using _life = options.folder === undefined ? liveIn(drive, (what) => show('Drive', what)) : null
  return await ended(daemon) // not before: the life ends with this function
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
