import { stringify } from 'yaml'
import type { ProviderName } from '../../destinations/destination-types.ts'
import { GOOGLE_DRIVE, schema } from './schema.ts'
import { ANY_NAME, allKeys } from './schema-walk.ts'

/** What `drivekeep init` has to know; all else is written with its default. */
export interface Answers {
  signIn: { kind: 'refresh-token' } | { kind: 'service-account'; keyFile: string; impersonate: string | null }
  destination: {
    name: string
    type: ProviderName
    bucket: string
    region: string | null
    prefix: string
    endpoint: string | null
  }
}

/** Kept for older configurations, not of use yet, or rarely: a new configuration does better without them. */
const OMITTED = [
  'sync.temp_dir',
  'database.url',
  `sources.${ANY_NAME}.service_account_key`,
  `destinations.${ANY_NAME}.path`,
]

/** A config.yaml with every key, each with its meaning. It loads as it is once the variables of `envTemplate` are set. */
export function configTemplate(answers: Answers): string {
  const values = answered(answers)
  const lines = [
    '# Drivekeep configuration. `drivekeep config check` says whether all is well, and what is not.',
    `# \${NAME} reads a variable from the environment or from the file .env beside this one.`,
  ]
  let above: readonly string[] = []
  for (const { path, description, default: byDefault } of allKeys(schema)) {
    const id = path.join('.')
    if (OMITTED.includes(id)) continue
    const name = path[0] === 'sources' ? GOOGLE_DRIVE : answers.destination.name
    const named = path.map((part) => (part === ANY_NAME ? name : part))
    lines.push(...sectionLines(above, named))
    above = named.slice(0, -1)
    const indent = '  '.repeat(above.length)
    lines.push(`${indent}# ${description}`, `${indent}${named.at(-1)}: ${inline(values.get(id) ?? byDefault)}`)
  }
  return `${lines.join('\n')}\n`
}

/** The .env beside it, with the names that the configuration reads; it is for secrets, so nobody else should read it. */
export function envTemplate(answers: Answers): string {
  const google =
    answers.signIn.kind === 'service-account'
      ? []
      : ['# Google sign-in', 'GOOGLE_CLIENT_ID=', 'GOOGLE_CLIENT_SECRET=', 'GOOGLE_REFRESH_TOKEN=', '']
  const storage = [
    '# Storage; empty means the standard AWS credential chain',
    'AWS_ACCESS_KEY_ID=',
    'AWS_SECRET_ACCESS_KEY=',
  ]
  return `${[...google, ...storage].join('\n')}\n`
}

function answered({ signIn, destination }: Answers): Map<string, unknown> {
  const values = new Map<string, unknown>([
    ['notifications.email.username', `\${SMTP_USERNAME}`],
    ['notifications.email.password', `\${SMTP_PASSWORD}`],
    [`destinations.${ANY_NAME}.access_key_id`, `\${AWS_ACCESS_KEY_ID}`],
    [`destinations.${ANY_NAME}.secret_access_key`, `\${AWS_SECRET_ACCESS_KEY}`],
  ])
  const { name: _, ...rest } = destination
  for (const [key, value] of Object.entries(rest)) values.set(`destinations.${ANY_NAME}.${key}`, value)
  const drive = `sources.${ANY_NAME}`
  if (signIn.kind === 'service-account') {
    values.set(`${drive}.service_account_file`, signIn.keyFile)
    values.set(`${drive}.impersonate`, signIn.impersonate)
  } else {
    for (const key of ['client_id', 'client_secret', 'refresh_token']) {
      values.set(`${drive}.${key}`, `\${GOOGLE_${key.toUpperCase()}}`)
    }
  }
  return values
}

/** The headings between the section above and the section of `path`; a blank line before each section of the top. */
function sectionLines(above: readonly string[], path: readonly string[]): string[] {
  const sections = path.slice(0, -1)
  const same = sections.findIndex((name, index) => above[index] !== name)
  const from = same === -1 ? sections.length : same
  const lines = sections.slice(from).map((name, index) => `${'  '.repeat(from + index)}${name}:`)
  return from === 0 || sections.length === 0 ? ['', ...lines] : lines
}

/** A value on one line. */
function inline(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(inline).join(', ')}]`
  if (typeof value !== 'string') return String(value)
  const text = stringify(value, { lineWidth: 0, singleQuote: true }).trimEnd()
  return text.includes('\n') ? JSON.stringify(value) : text
}
