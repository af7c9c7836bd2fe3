import { writeFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { DATA_SETS, isDataSet } from './datasets/data-sets.ts'
import { FolderError } from './folder/folder.ts'
import { type DriveEmulator, type DriveOptions, startDrive } from './index.ts'

const HELP = `Google Drive on a port of its own: the Drive v3 API with sign-in, for tests, demos and benchmarks.

Usage: node emulator/drive/main.ts [options]

What it holds
  --data-set NAME         one of the sets below (default: empty, or small without --folder)
  --count N, --size N     how many items, how many bytes each, where the set has a choice
  --warm                  compute all checksums before it is ready, so that the first listing is quick
  --seed N                the same seed gives the same drive (default 1)
  --folder DIR            serve a real folder as My Drive, and watch it
  --skip NAME             names left out of --folder, repeatable (default .git and node_modules; --skip '' for none)
  --user EMAIL            accounts, repeatable; the first owns the data set (default owner@example.com)

How it answers
  --port N                of 127.0.0.1 (default 0: any free port)
  --https                 also over TLS, and a proxy that stands in for Google's hosts
  --https-port N, --proxy-port N
  --ca-file FILE          where to write the CA that clients must trust (rclone --ca-cert FILE)
  --latency MS            before each answer
  --quota units|queries   enforce Google's limits (default: none)
  --quota-user N, --quota-project N   per minute, instead of Google's figures
  --any-bearer            take every access token for the first user's
  --old-revisions-unreadable          refuse revisions that are not kept forever
  --json                  print one JSON object when ready, instead of lines
  --help

Data sets
${Object.entries(DATA_SETS)
  .map(([name, { about }]) => `  ${name.padEnd(10)} ${about}`)
  .join('\n')}

Control, without authentication: /_emulator/{requests,faults,mutations,settings,tokens/revoke,tokens/expire,service-accounts,credentials,folder,items}

Example
  node emulator/drive/main.ts --port 8090 --data-set mixed --seed 7 --latency 50 --quota queries
`

/** Wrong use: told in a line, exit code 2. */
class UsageError extends Error {}

function optionsFrom(
  args: string[],
): (DriveOptions & { json: boolean; unreadable: boolean; caFile: string | undefined }) | 'help' {
  const { values } = parseArgs({
    args,
    options: {
      'data-set': { type: 'string' },
      count: { type: 'string' },
      size: { type: 'string' },
      warm: { type: 'boolean' },
      seed: { type: 'string' },
      folder: { type: 'string' },
      skip: { type: 'string', multiple: true },
      user: { type: 'string', multiple: true },
      port: { type: 'string' },
      https: { type: 'boolean' },
      'https-port': { type: 'string' },
      'proxy-port': { type: 'string' },
      'ca-file': { type: 'string' },
      latency: { type: 'string' },
      quota: { type: 'string' },
      'quota-user': { type: 'string' },
      'quota-project': { type: 'string' },
      'any-bearer': { type: 'boolean' },
      'old-revisions-unreadable': { type: 'boolean' },
      json: { type: 'boolean' },
      help: { type: 'boolean' },
    },
  })
  if (values.help) return 'help'
  const dataSet = values['data-set'] ?? (values.folder === undefined ? 'small' : 'empty')
  if (!isDataSet(dataSet))
    throw new UsageError(`--data-set ${dataSet}: choose one of ${Object.keys(DATA_SETS).join(', ')}`)
  const { quota } = values
  if (quota !== undefined && quota !== 'units' && quota !== 'queries') {
    throw new UsageError(`--quota ${quota}: choose units or queries`)
  }
  const https = number('https-port', values['https-port'])
  const proxy = number('proxy-port', values['proxy-port'])
  const perUser = number('quota-user', values['quota-user'])
  const perProject = number('quota-project', values['quota-project'])
  return {
    json: values.json ?? false,
    unreadable: values['old-revisions-unreadable'] ?? false,
    caFile: values['ca-file'],
    dataSet,
    size: defined({ count: number('count', values.count), size: number('size', values.size) }),
    ...defined({
      seed: number('seed', values.seed),
      port: number('port', values.port),
      latency: number('latency', values.latency),
    }),
    ...(values.folder !== undefined && {
      folder: { path: values.folder, ...(values.skip && { skip: values.skip.filter((name) => name !== '') }) },
    }),
    ...(values.user && { users: values.user }),
    ...((values.https || values['ca-file'] !== undefined || https !== undefined || proxy !== undefined) && {
      https: defined({ https, proxy }),
    }),
    ...(quota && {
      quota: { model: quota, ...defined({ perMinutePerUser: perUser, perMinutePerProject: perProject }) },
    }),
    ...(values.warm && { warm: true }),
    ...(values['any-bearer'] && { anyBearer: true }),
  }
}

function number(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  if (!/^\d+$/.test(text)) throw new UsageError(`--${name} ${text}: give a whole number`)
  return Number(text)
}

function defined<T extends object>(values: { [K in keyof T]: T[K] | undefined }): Partial<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Partial<T>
}

function announce(drive: DriveEmulator, json: boolean): void {
  const { url, secure, credentials } = drive
  if (json) {
    const https = secure && { httpsUrl: secure.url, proxyUrl: secure.proxyUrl, ca: secure.ca }
    console.log(JSON.stringify({ url, ...https, ...credentials }))
    return
  }
  const { clientId, clientSecret, refreshToken } = credentials
  console.log(`Google Drive emulator: ${url}`)
  if (secure) console.log(`over TLS: ${secure.url}\nproxy for Google's hosts: ${secure.proxyUrl}`)
  console.log(`client id ${clientId}\nclient secret ${clientSecret}\nrefresh token ${refreshToken}`)
}

async function main(): Promise<void> {
  const options = optionsFrom(process.argv.slice(2))
  if (options === 'help') {
    console.log(HELP)
    return
  }
  const drive = await startDrive(options)
  drive.store.oldRevisionsReadable = !options.unreadable
  if (options.caFile !== undefined && drive.secure) await writeFile(options.caFile, drive.secure.ca)
  announce(drive, options.json)
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => void drive[Symbol.asyncDispose]().then(() => process.exit(0)))
  }
}

main().catch((error: unknown) => {
  const usage =
    error instanceof UsageError ||
    error instanceof FolderError ||
    (error as { code?: string }).code?.startsWith('ERR_PARSE_ARGS')
  console.error(usage ? `${(error as Error).message}\nSee --help.` : error)
  process.exit(usage ? 2 : 1)
})
