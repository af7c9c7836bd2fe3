import type { Config } from '../config/config.ts'
import { type Context, readConfig } from './context.ts'
import { bytes, count, duration } from './format.ts'
import { print } from './print.ts'
import { EXIT } from './refusal.ts'

/** Says that the configuration is valid, with what it comes to; what is wrong is thrown, as in every command. */
export async function check(context: Context): Promise<number> {
  const config = await readConfig(context)
  await print(`${context.configFile} is valid.\n`)
  for (const [name, value] of summary(config)) await print(`${`${name}:`.padEnd(15)}${value}`)
  return EXIT.ok
}

/** Without secrets: people show this to others. */
function summary({
  source,
  destinations,
  sync,
  daemon,
  dataDir,
  notifications,
}: Config): [name: string, value: string][] {
  const signIn =
    source.auth.kind === 'refresh-token'
      ? 'with a refresh token'
      : `as a service account${source.auth.impersonate === null ? '' : ` for ${source.auth.impersonate}`}`
  const leftOut = source.excludePatterns.length + source.excludePaths.length
  return [
    ['Google Drive', `${source.apiUrl}, signed in ${signIn}; ${count(leftOut, 'exclusion')}`],
    ...destinations.map(({ name, type, bucket, prefix, region, endpoint, credentials }): [string, string] => {
      const keys = credentials === null ? 'keys from the AWS credential chain' : 'keys from this configuration'
      const place = `s3://${bucket}${prefix === '' ? '' : `/${prefix}`}`
      return ['Destination', `${name}: ${place} (${type}, ${endpoint ?? region}), ${keys}`]
    }),
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

export async function schema(): Promise<number> {
  const { jsonSchema } = await import('../config/json-schema.ts')
  await print(JSON.stringify(jsonSchema(), null, 2))
  return EXIT.ok
}
