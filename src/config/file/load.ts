import { dirname, join, resolve } from 'node:path'
import { build, sourceEntries } from '../build.ts'
import { checkAll } from '../checks/check-all.ts'
import { Complaints } from '../checks/complaints.ts'
import type { Config, ReadyConfig, ReadySource, SourceConfig, SourceEntry } from '../config.ts'
import type { Override } from '../overrides/overrides.ts'
import type { Written } from '../schema/schema.ts'
import { withSharedGoogle } from '../schema/shared-google.ts'
import { validate } from '../schema/validate.ts'
import { emptyTree, type Path, parseTree, type Section, type Tree, type Value } from './document.ts'
import { layered } from './layers.ts'
import { ConfigError, NOWHERE, type Problem } from './problems.ts'
import { readText } from './read-text.ts'
import { readVariables, type Variables } from './variables.ts'

export interface Surroundings {
  /** `${NAME}` reads from here first, then from `.env` beside the file. */
  env: Readonly<Record<string, string | undefined>>
  /** What a relative `file` is relative to. */
  cwd: string
}

/** config.yaml as it was when it was read, with all that it refers to: plain values, which go to another thread as they are. */
export interface ConfigFile {
  /** As people named it. */
  shown: string
  path: string
  /** Null: there is no such file. */
  text: string | null
  variables: Variables
  problems: readonly Problem[]
}

/** The configuration as it stands: nothing in it is wrong, and it is enough to back up with, or it is not yet. */
export type Loaded = {
  /** In the file's own names and units. */
  written: Written
  originOf(path: Path): 'file' | 'dashboard' | 'default'
  /** Whether the file gives a value there, whatever the dashboard says. */
  fileGives(path: Path): boolean
  /** Every entry under `sources`, google_drive first. */
  entries: readonly SourceEntry[]
  /** Sources that are enabled and cannot sign in yet. */
  notConnected: readonly string[]
  /** What is not there yet; where the rest is ready, only what single sources lack. */
  missing: readonly Problem[]
} & ({ state: 'ready'; config: ReadyConfig } | { state: 'incomplete'; config: Config })

/** Throws a ConfigError when it is there and cannot be read. */
export function readConfigFile(file: string, { env, cwd }: Surroundings): ConfigFile {
  const path = resolve(cwd, file)
  return { shown: file, path, text: readText(path, file), ...readVariables(dirname(path), env) }
}

/** Where the catalog is, and with it what was set in the dashboard; also when something else in the file is wrong. */
export function catalogFileOf(file: ConfigFile): string {
  const { data_dir: folder } = treeOf(file).value
  return join(resolve(dirname(file.path), typeof folder === 'string' && folder !== '' ? folder : '.'), 'sync_state.db')
}

/**
 * The file with what was set in the dashboard over it, through the same checks as the file alone. Throws only a
 * ConfigError, which holds every problem at once, each with its place and what to do about it.
 */
export function configOf(file: ConfigFile, overrides: readonly Override[]): Loaded {
  const inFolder = (name: string) => resolve(dirname(file.path), name)
  const base = treeOf(file)
  // What cannot be read as YAML has no keys to say more about.
  if (base.problems.length > 0 && Object.keys(base.value).length === 0)
    throw errorOf(file, [...file.problems, ...base.problems])
  const tree = layered(base, overrides)
  const { written: asWritten, problems } = validate(tree)
  const written = withSharedGoogle(asWritten, tree)
  // Without the variables of .env much seems to be missing that is not.
  if (file.problems.length > 0) throw errorOf(file, [...file.problems, ...tree.problems, ...problems])
  const complaints = new Complaints(tree, [...tree.problems, ...problems])
  checkAll(written, tree, inFolder, complaints)
  const { wrong = [], missing = [] } = Object.groupBy(complaints.list, ({ kind }) => kind)
  if (wrong.length > 0) throw errorOf(file, complaints.list)

  const config = build(file.path, written, file.variables)
  const originOf = (path: Path) => {
    const { setBy } = tree.at(path)
    return setBy !== null && tree.has(path) ? 'dashboard' : tree.has(path) ? 'file' : 'default'
  }
  const fileGives = (path: Path) => valueAt(base.value, path) != null
  const lacks = ({ name }: SourceConfig) => missing.some(({ path }) => isOfSource(path, name))
  const ready = config.sources.filter((source): source is ReadySource => source.auth !== null && !lacks(source))
  const notConnected = config.sources.filter((source) => !ready.some(({ name }) => name === source.name))
  const all = {
    ...{ written, originOf, fileGives },
    entries: sourceEntries(file.path, written),
    notConnected: notConnected.map(({ name }) => name),
  }
  const [first, ...others] = ready
  const enough = missing.every(({ path }) => notConnected.some(({ name }) => isOfSource(path, name)))
  if (first !== undefined && enough && hasDestinations(config)) {
    const sources: ReadyConfig['sources'] = [first, ...others]
    return { state: 'ready', config: Object.freeze({ ...config, sources: Object.freeze(sources) }), missing, ...all }
  }
  const nothing = overrides.length === 0 && Object.keys(base.value).length === 0
  return { state: 'incomplete', config, missing: nothing ? [nothingIn(file)] : missing, ...all }
}

/** The file alone, which must be there and complete. Throws a ConfigError. */
export function loadConfig(file: string, surroundings: Surroundings): ReadyConfig {
  return readyConfig(readConfigFile(file, surroundings), [])
}

/** For whoever can only work with a complete configuration. Throws a ConfigError, also for what is missing. */
export function readyConfig(file: ConfigFile, overrides: readonly Override[]): ReadyConfig {
  const loaded = configOf(file, overrides)
  if (loaded.state === 'ready') return loaded.config
  throw errorOf(file, loaded.missing)
}

function nothingIn({ text }: ConfigFile): Problem {
  const browser = 'or run `drivekeep start` and set it up in the browser.'
  const about = { kind: 'missing', path: '' } as const
  if (text === null) {
    const remedy = `Run \`drivekeep init\` to write one, or name another with --config FILE, ${browser}`
    return { ...about, ...NOWHERE, message: 'does not exist', remedy }
  }
  const remedy = `Run \`drivekeep init --force\` to write a configuration, or fill it in, ${browser}`
  return { ...about, line: 1, column: 1, setBy: null, message: 'is empty', remedy }
}

/** What stands there; undefined where nothing does. */
function valueAt(root: Value, path: Path): Value | undefined {
  return path.reduce<Value | undefined>(
    (value, part) => (typeof value === 'object' && value !== null ? (value as Section)[part] : undefined),
    root,
  )
}

function treeOf({ text, variables }: ConfigFile): Tree {
  return text === null ? emptyTree() : parseTree(text, variables)
}

/** Whether a problem is about this entry of `sources` or something in it. */
function isOfSource(path: string, name: string): boolean {
  return `${path}.`.startsWith(`sources.${name}.`)
}

function hasDestinations(config: Config): config is Config & Pick<ReadyConfig, 'destinations'> {
  return config.destinations.length > 0
}

function errorOf(file: ConfigFile, problems: readonly Problem[]): ConfigError {
  return new ConfigError(file.shown, problems.toSorted(byPlace))
}

const byPlace = (a: { line: number | null; column: number | null }, b: typeof a) =>
  (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0)
