import type { Path, Tree } from '../file/document.ts'
import type { Written } from '../schema/schema.ts'
import { checkDestinations } from './check-destinations.ts'
import { checkFolders } from './check-folders.ts'
import { checkNames } from './check-names.ts'
import { checkSources, SIGN_IN } from './check-sources.ts'
import { checkTls } from './check-tls.ts'
import type { Complaints } from './complaints.ts'

/** Everything that the schema cannot see: what depends on several keys, on files or on the environment. */
export function checkAll(
  written: Written,
  tree: Tree,
  inFolder: (path: string) => string,
  complaints: Complaints,
): void {
  checkVariables(written, tree, complaints)
  checkNames(tree, complaints)
  checkSources(written.sources, inFolder, complaints)
  checkDestinations(written.destinations, inFolder, complaints)
  checkFolders(written, inFolder, complaints)
  checkTls(written.daemon.tls, inFolder, complaints)
  checkEmail(written.notifications.email, complaints)
  checkDatabase(written, complaints)
}

/** The standard chain finds these where they are set, and other credentials where they are not. */
const CHAIN_KEYS = ['access_key_id', 'secret_access_key']
const CHAIN_VARIABLES = ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY']

function checkVariables(written: Written, tree: Tree, complaints: Complaints): void {
  for (const { path, name } of tree.unset) {
    if (!isNeeded(path, written)) continue
    if (CHAIN_KEYS.includes(String(path.at(-1))) && CHAIN_VARIABLES.includes(name)) continue
    const remedy = `Set it in the environment, or write ${name}=... into the file .env beside this one.`
    // A new configuration asks for variables that nobody has filled in: then there is no sign-in yet.
    const kind = isSignIn(path) ? 'missing' : 'wrong'
    complaints.add(path, `needs the variable ${name}, which is not set`, remedy, kind)
  }
}

/** Whether the value at `path` is of use: its section is on, and no other key takes its place. */
function isNeeded(path: Path, written: Written): boolean {
  const [section, name, key] = path.map(String)
  if (key === 'enabled') return true
  if (section === 'destinations') return written.destinations[name ?? '']?.enabled ?? true
  if (section === 'notifications') return written.notifications.email.enabled
  if (section !== 'sources') return true
  const source = written.sources[name ?? '']
  if (source === undefined) return true
  const { enabled, service_account_file: file, service_account_key: text } = source
  return enabled && !(isSignIn(path) && (file !== null || text !== null))
}

function isSignIn([section, , key]: Path): boolean {
  return section === 'sources' && SIGN_IN.some((name) => name === key)
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
