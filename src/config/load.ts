import { dirname, resolve } from 'node:path'
import { build } from './build.ts'
import { checkDestinations } from './check-destinations.ts'
import { checkFolders } from './check-folders.ts'
import { checkSource } from './check-source.ts'
import { checkTls } from './check-tls.ts'
import { Complaints } from './complaints.ts'
import type { Config } from './config.ts'
import { type Path, parseTree, type Tree } from './document.ts'
import { ConfigError } from './problems.ts'
import { readText } from './read-text.ts'
import type { Written } from './schema.ts'
import { validate } from './validate.ts'
import { readVariables } from './variables.ts'

export interface Surroundings {
  /** `${NAME}` reads from here first, then from `.env` beside the file. */
  env: Readonly<Record<string, string | undefined>>
  /** What a relative `file` is relative to. */
  cwd: string
}

/**
 * Reads config.yaml and what it refers to. Throws only a ConfigError, which holds every problem at once, each with its
 * place and what to do about it.
 */
export function loadConfig(file: string, { env, cwd }: Surroundings): Config {
  const path = resolve(cwd, file)
  const inFolder = (name: string) => resolve(dirname(path), name)
  const text = readText(path, file)
  const { variables, problems } = readVariables(dirname(path), env)
  const tree = parseTree(text, variables)
  // What cannot be read as YAML has no keys to say more about.
  if (tree.problems.length > 0 && Object.keys(tree.value).length === 0) {
    throw new ConfigError(file, [...problems, ...tree.problems])
  }
  const { written, problems: wrong } = validate(tree)
  const complaints = new Complaints(tree, [...problems, ...tree.problems, ...wrong])
  checkVariables(written, tree, complaints)
  checkSource(written.sources.google_drive, inFolder, complaints)
  checkDestinations(written.destinations, complaints)
  checkFolders(written, inFolder, complaints)
  checkTls(written.daemon.tls, inFolder, complaints)
  checkEmail(written.notifications.email, complaints)
  checkDatabase(written, complaints)
  if (complaints.list.length > 0) throw new ConfigError(file, complaints.list.toSorted(byPlace))
  return build(path, written, variables)
}

const byPlace = (a: { line: number | null; column: number | null }, b: typeof a) =>
  (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0)

/** The standard chain finds these where they are set, and other credentials where they are not. */
const CHAIN_KEYS = ['access_key_id', 'secret_access_key']
const CHAIN_VARIABLES = ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY']

function checkVariables(written: Written, tree: Tree, complaints: Complaints): void {
  for (const { path, name } of tree.unset) {
    if (!isNeeded(path, written)) continue
    if (CHAIN_KEYS.includes(String(path.at(-1))) && CHAIN_VARIABLES.includes(name)) continue
    const remedy = `Set it in the environment, or write ${name}=... into the file .env beside this one.`
    complaints.add(path, `needs the variable ${name}, which is not set`, remedy)
  }
}

/** Whether the value at `path` is of use: its section is on, and no other key takes its place. */
function isNeeded(path: Path, written: Written): boolean {
  const [section, name, key] = path.map(String)
  if (key === 'enabled') return true
  if (section === 'destinations') return written.destinations[name ?? '']?.enabled ?? true
  if (section === 'notifications') return written.notifications.email.enabled
  if (section !== 'sources') return true
  const drive = written.sources.google_drive
  const replaced = ['client_id', 'client_secret', 'refresh_token'].includes(key ?? '')
  return drive.enabled && !(replaced && drive.service_account_file !== null)
}

function checkEmail(email: Written['notifications']['email'], complaints: Complaints): void {
  if (!email.enabled) return
  const at = (key: string) => ['notifications', 'email', key]
  const needed = 'Set it, or write enabled: false under notifications.email.'
  if (email.smtp_host === null) complaints.add(at('smtp_host'), 'is missing', needed)
  if (email.from === null) complaints.add(at('from'), 'is missing', needed)
  if (email.to.length === 0) complaints.add(at('to'), 'is missing', needed)
  if ((email.username === null) !== (email.password === null)) {
    const [missing, present] = email.username === null ? ['username', 'password'] : ['password', 'username']
    complaints.add(at(missing), `is missing, while ${present} is set`, 'Set both, or neither.')
  }
}

function checkDatabase(written: Written, complaints: Complaints): void {
  if (written.database.url === null) return
  const remedy = 'Remove it: the catalog is kept in SQLite, in sync_state.db under data_dir.'
  complaints.add(['database', 'url'], 'is not supported yet', remedy)
}
