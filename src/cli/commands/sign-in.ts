import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { configOf } from '../../config/file/load.ts'
import { GOOGLE_DRIVE } from '../../config/schema/schema.ts'
import { listenForCode } from '../../drive/auth/loopback.ts'
import { exchangeCode, signInUrl } from '../../drive/auth/sign-in.ts'
import { type Context, readLayers } from '../context.ts'
import { untilSignal } from '../process/signals.ts'
import { note, print } from '../terminal/print.ts'
import { EXIT, Refusal } from '../terminal/refusal.ts'

const PATIENCE_MS = 15 * 60_000

interface SignInOptions {
  /** An entry of `sources`; omitted: google_drive. */
  source?: string
}

/** Signs in at Google with a browser, and keeps the refresh token in `.env` beside the configuration. */
export async function signIn(context: Context, { source: name = GOOGLE_DRIVE }: SignInOptions): Promise<number> {
  const file = resolve(context.configFile)
  const layers = await readLayers(context)
  const { entries } = configOf(layers.file, layers.overrides)
  const source = entries.find((one) => one.name === name)
  if (source === undefined) {
    const known = entries.map((one) => one.name).join(', ')
    throw new Refusal(`there is no source ${name} in the configuration; known: ${known}.`, EXIT.misused)
  }
  const { auth, client, authUrl, tokenUrl } = source
  if (auth?.kind === 'service-account') {
    throw new Refusal('a service account needs no sign-in: it is used as long as service_account_file is set.')
  }
  if (client === null) {
    throw new Refusal(
      'there is no Google client to sign in through. Set client_id and client_secret of a "Desktop app" client under ' +
        `sources.${name}, or run \`drivekeep start\` and connect Google in the dashboard.`,
      EXIT.misused,
    )
  }
  await using listener = await listenForCode()
  const { redirectUri } = listener
  const asked = signInUrl({ authUrl, clientId: client.clientId, redirectUri })
  using control = untilSignal(() => {})
  const signal = AbortSignal.any([control.drain, AbortSignal.timeout(PATIENCE_MS)])
  const coming = listener.code(asked.state, signal)
  const { port } = new URL(redirectUri)
  await print(
    `Open this address in a browser on this machine, and allow Drivekeep to read the drive:\n\n${asked.url}\n`,
  )
  await print(`From another machine, first forward the port: ssh -L ${port}:127.0.0.1:${port} THIS-MACHINE\n`)
  const code = await coming.catch((error: unknown) => {
    if (!signal.aborted) throw error
    if (control.drain.aborted) throw new Refusal('nothing was signed in.', EXIT.interrupted)
    throw new Refusal(`nobody came back from the browser within ${PATIENCE_MS / 60_000} minutes. Run it again.`)
  })
  const { clientId, clientSecret } = client
  const { verifier } = asked
  const { refreshToken } = await exchangeCode({ tokenUrl, clientId, clientSecret, redirectUri, code, verifier }, signal)
  const variable = variableOf(name)
  keep(join(dirname(file), '.env'), variable, refreshToken)
  await print(`Signed in. The refresh token is kept in .env as ${variable}, for refresh_token: \${${variable}}.`)
  if (process.env[variable])
    note(`drivekeep: ${variable} in the environment wins over .env: set it anew there, or unset it.`)
  if (layers.overrides.some(({ key }) => key === `sources.${name}.refresh_token`))
    note(
      'drivekeep: the sign-in made in the dashboard wins over it. Disconnect there first, if you want this one used.',
    )
  await print('`drivekeep doctor` tests it.')
  return EXIT.ok
}

/** Of google_drive the variable that the configuration of `init` reads. */
function variableOf(source: string): string {
  const suffix = source === GOOGLE_DRIVE ? '' : `_${source.toUpperCase().replaceAll('-', '_')}`
  return `GOOGLE_REFRESH_TOKEN${suffix}`
}

/** Puts the variable into the file, in place of an older one; all or nothing, and readable for its owner alone. */
function keep(file: string, variable: string, token: string): void {
  const line = `${variable}=${token}`
  const before = existsSync(file) ? readFileSync(file, 'utf8') : ''
  const known = new RegExp(`^(export )?${variable}=.*$`, 'm')
  const end = before === '' || before.endsWith('\n') ? '' : '\n'
  // A function, so that nothing in a token is taken for a reference.
  const after = known.test(before) ? before.replace(known, () => line) : `${before}${end}${line}\n`
  const whole = `${file}.${process.pid}`
  writeFileSync(whole, after, { mode: 0o600, flag: 'wx' })
  renameSync(whole, file)
}
