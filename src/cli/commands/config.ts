import { secretBox } from '../../app/configuration.ts'
import { changeOverrides, readOverrides } from '../../catalog/overrides.ts'
import type { DestinationConfig, FolderSelection, ReadyConfig, ReadySource } from '../../config/config.ts'
import { type ConfigFile, catalogFileOf, configOf, readyConfig } from '../../config/file/load.ts'
import { ConfigError } from '../../config/file/problems.ts'
import { type Override, openOverrides } from '../../config/overrides/overrides.ts'
import { GOOGLE_DRIVE } from '../../config/schema/schema.ts'
import { type Context, openDatabase, readFile, readLayers } from '../context.ts'
import { bytes, count, duration } from '../terminal/format.ts'
import { print } from '../terminal/print.ts'
import { EXIT, Refusal } from '../terminal/refusal.ts'

/** Says that the configuration is valid, with what it comes to; what is wrong is thrown, as in every command. */
export async function check(context: Context): Promise<number> {
  const { file, overrides } = await readLayers(context)
  const config = readyConfig(file, overrides)
  const { notConnected } = configOf(file, overrides)
  await print(`${file.text === null ? 'What was set in the dashboard' : context.configFile} is valid.\n`)
  for (const [name, value] of summary(config, notConnected)) await print(`${`${name}:`.padEnd(15)}${value}`)
  if (overrides.length > 0)
    await print(`\nSet in the dashboard, over the file: ${overrides.map(({ key }) => key).join(', ')}.`)
  return EXIT.ok
}

/** Without secrets: people show this to others. */
function summary(
  { sources, destinations, sync, daemon, dataDir, notifications }: ReadyConfig,
  notConnected: readonly string[],
): [name: string, value: string][] {
  return [
    ...sources.flatMap(sourceInWords),
    // google_drive is always there, and nobody has to use it.
    ...notConnected.filter((name) => name !== GOOGLE_DRIVE).map((name): [string, string] => ['Not signed in', name]),
    ...destinations.map((one): [string, string] => ['Destination', destinationInWords(one)]),
    [
      'Sync',
      `${sync.mode}, every ${duration(sync.intervalMs)}; ${sync.autoStart ? 'starts' : 'does not start'} by itself`,
    ],
    ['Retries', `${sync.retry.attempts}, the first after ${duration(sync.retry.delayMs)}`],
    ['Largest file', bytes(sync.maxFileSizeBytes)],
    ['Data', dataDir],
    ['Log', `${daemon.logLevel}, ${daemon.logFile ?? 'terminal alone'}`],
    ['Mail', notifications.email === null ? 'off' : `to ${notifications.email.to.join(', ')}`],
  ]
}

function destinationInWords(one: DestinationConfig): string {
  const layout = one.layout === 'mirror' ? '' : `, layout ${one.layout}`
  const below = one.prefix === '' ? '' : `/${one.prefix}`
  if (one.type === 'folder') return `${one.name}: the folder ${one.path}${below}${layout}`
  const { type, bucket, endpoint, region, credentials } = one
  const keys = credentials === null ? 'keys from the AWS credential chain' : 'keys from this configuration'
  return `${one.name}: s3://${bucket}${below} (${type}, ${endpoint ?? region}), ${keys}${layout}`
}

function sourceInWords({ name, apiUrl, auth, folders, ...source }: ReadySource): [name: string, value: string][] {
  const signIn =
    auth.kind === 'refresh-token'
      ? 'with a refresh token'
      : `as a service account${auth.impersonate === null ? '' : ` for ${auth.impersonate}`}`
  const exclusions = source.excludePatterns.length + source.excludePaths.length
  const which = name === GOOGLE_DRIVE ? '' : `${name}: `
  return [
    ['Google Drive', `${which}${apiUrl}, signed in ${signIn}; ${count(exclusions, 'exclusion')}`],
    ['Folders', folders === null ? 'all' : foldersInWords(folders)],
  ]
}

function foldersInWords({ rest, folders }: FolderSelection): string {
  return `${count(folders.length, 'folder')} named, and the rest is ${rest === 'include' ? 'backed up' : 'skipped'}`
}

/** Forgets keys that were set in the dashboard, also those that make the whole unusable; a running daemon follows. */
export async function reset(context: Context, keys: string[]): Promise<number> {
  const file = await readFile(context)
  await using db = await openDatabase(catalogFileOf(file))
  const { rows, revision } = await readOverrides(db)
  const meant = (key: string) => keys.some((named) => key === named || key.startsWith(`${named}.`))
  const remove = rows.map(({ key }) => key).filter(meant)
  const unknown = keys.find((named) => !remove.some((key) => key === named || key.startsWith(`${named}.`)))
  if (unknown !== undefined) {
    const known = rows.length === 0 ? 'nothing was' : `what was: ${rows.map(({ key }) => key).join(', ')}`
    throw new Refusal(`${unknown} was not set in the dashboard; ${known}.`)
  }
  const left = openOverrides(
    rows.filter(({ key }) => !remove.includes(key)),
    secretBox(file),
  )
  const [before, after] = [wrongWith(file, openOverrides(rows, secretBox(file))), wrongWith(file, left)]
  // What is wrong already may be mended step by step; what is right must stay so under a running daemon.
  if (before === null && after !== null) throw new Refusal(`nothing was reset, since without it:\n${after}`)
  if (!(await changeOverrides(db, revision, { set: [], remove, by: 'command line' }, Date.now()))) {
    throw new Refusal('the settings were changed elsewhere at this moment, and nothing was reset. Run it again.')
  }
  await print(`Reset: ${remove.join(', ')}. A running daemon follows at once.`)
  return EXIT.ok
}

function wrongWith(file: ConfigFile, overrides: readonly Override[]): string | null {
  try {
    configOf(file, overrides)
    return null
  } catch (error) {
    if (error instanceof ConfigError) return error.message
    throw error
  }
}

export async function schema(): Promise<number> {
  const { jsonSchema } = await import('../../config/schema/json-schema.ts')
  await print(JSON.stringify(jsonSchema(), null, 2))
  return EXIT.ok
}
