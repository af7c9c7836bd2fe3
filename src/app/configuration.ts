import { dirname } from 'node:path'
import type { CatalogDatabase } from '../catalog/open.ts'
import { changeOverrides, overridesRevision, readOverrides } from '../catalog/overrides.ts'
import type { Config } from '../config/config.ts'
import { type ConfigFile, catalogFileOf, configOf, type Loaded } from '../config/file/load.ts'
import { ConfigError, type Problem } from '../config/file/problems.ts'
import { type Override, openOverrides, plain } from '../config/overrides/overrides.ts'
import { SealError, SecretBox } from '../config/overrides/seal.ts'
import { isFileOnly } from '../config/schema/file-only.ts'
import { SEALED_KEYS, schema } from '../config/schema/schema.ts'
import { isValueKey } from '../config/schema/schema-walk.ts'

/**
 * The configuration as it stands: config.yaml as this process read it last, with what has been set in the dashboard
 * over it. Every process and thread has one of its own; a change made through one is noticed by the others by its revision.
 */
export class Configuration {
  #file: ConfigFile
  readonly #db: CatalogDatabase
  readonly #box: SecretBox
  readonly #now: () => number
  #known: Standing | null = null
  #changing: Promise<unknown> = Promise.resolve()

  constructor(db: CatalogDatabase, file: ConfigFile, now: () => number = Date.now) {
    this.#db = db
    this.#file = file
    this.#box = secretBox(file)
    this.#now = now
  }

  /** config.yaml as it was read last. */
  get file(): ConfigFile {
    return this.#file
  }

  /**
   * Goes on with the file as it is now. Throws a ConfigError when it cannot be used, or needs a restart; then the one before
   * stays.
   */
  async reload(next: ConfigFile): Promise<void> {
    const refuse = (path: string, message: string, remedy: string) =>
      new ConfigError(next.shown, [{ kind: 'wrong', path, line: null, column: null, setBy: null, message, remedy }])
    if (next.text === null && this.#file.text !== null) throw refuse('', 'is not there any more', 'Put it back.')
    if (catalogFileOf(next) !== catalogFileOf(this.#file))
      throw refuse('data_dir', 'cannot change while the daemon runs', 'Restart it.')
    const { rows, revision } = await readOverrides(this.#db)
    const overrides = openOverrides(rows, this.#box)
    const loaded = configOf(next, overrides)
    this.#file = next
    this.#known = { revision, overrides, loaded }
  }

  /** Grows with each change; one row by its key. */
  revision(): Promise<number> {
    return overridesRevision(this.#db)
  }

  /** Throws a ConfigError when something in it is wrong. */
  async current(): Promise<Standing> {
    if (this.#known?.revision === (await this.revision())) return this.#known
    const { rows, revision } = await readOverrides(this.#db)
    const overrides = openOverrides(rows, this.#box)
    this.#known = { revision, overrides, loaded: configOf(this.file, overrides) }
    return this.#known
  }

  /**
   * Sets keys, or gives them back to config.yaml (`undefined`): all or none. Throws SettingsRefused when a key cannot have
   * its value, or the whole would be wrong; `allowed` may say more against the configuration that would come of it.
   */
  change(changes: Changes, by: string, allowed: Allowed = async () => []): Promise<Standing> {
    const change = this.#changing.then(() => this.#change(changes, by, allowed))
    this.#changing = change.catch(() => {})
    return change
  }

  /** What would come of a change, without making it. Throws SettingsRefused as `change` does. */
  async preview(changes: Changes): Promise<Loaded> {
    const refused = refusedKeys(changes)
    if (refused.length > 0) throw new SettingsRefused(refused)
    const { rows } = await readOverrides(this.#db)
    try {
      return configOf(this.file, withChanges(openOverrides(rows, this.#box), changes, ''))
    } catch (error) {
      throw error instanceof ConfigError ? new SettingsRefused(wrongIn(error)) : error
    }
  }

  async #change(changes: Changes, by: string, allowed: Allowed): Promise<Standing> {
    const refused = refusedKeys(changes)
    if (refused.length > 0) throw new SettingsRefused(refused)
    for (let tries = 1; ; tries++) {
      const { rows, revision } = await readOverrides(this.#db)
      const next = withChanges(openOverrides(rows, this.#box), changes, by)
      const wrong = await this.#wrong(next, allowed)
      if (wrong.length > 0) throw new SettingsRefused(wrong)
      if (await this.#write(changes, by, revision)) return this.current()
      // Another process has changed something meanwhile: what comes of both has to be looked at.
      if (tries === MOST_TRIES)
        throw new Error('the settings were changed elsewhere, again and again, while they were saved')
    }
  }

  async #wrong(overrides: Override[], allowed: Allowed): Promise<FieldError[]> {
    try {
      return await allowed(configOf(this.file, overrides).config)
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error
      return wrongIn(error)
    }
  }

  async #write(changes: Changes, by: string, revision: number): Promise<boolean> {
    const set: { key: string; value: string; sealed: boolean }[] = []
    try {
      for (const [key, value] of changes) {
        if (value === undefined) continue
        const sealed = isSealed(key)
        const text = JSON.stringify(value)
        set.push({ key, sealed, value: sealed ? this.#box.seal(text, key) : text })
      }
    } catch (error) {
      if (error instanceof SealError) throw new SettingsRefused([{ field: '', message: error.message }])
      throw error
    }
    const remove = [...changes].filter(([, value]) => value === undefined).map(([key]) => key)
    return changeOverrides(this.#db, revision, { set, remove, by }, this.#now())
  }
}

export interface Standing {
  revision: number
  overrides: readonly Override[]
  loaded: Loaded
}

/** By key, with dots; undefined goes back to config.yaml. */
export type Changes = ReadonlyMap<string, unknown>

type Allowed = (config: Config) => Promise<FieldError[]>

export interface FieldError {
  field: string
  message: string
}

/** Settings that cannot be so, each with why and what to do. */
export class SettingsRefused extends Error {
  override readonly name = 'SettingsRefused'
  readonly errors: readonly FieldError[]

  constructor(errors: readonly FieldError[]) {
    super(errors.map(({ field, message }) => (field === '' ? message : `${field}: ${message}`)).join('\n'))
    this.errors = errors
  }
}

const SERVICE_ACCOUNT_FILE = /^sources\.[^.]+\.service_account_file$/
/** Somebody else would have to change settings at the same moments, all the time. */
const MOST_TRIES = 5

export function secretBox(file: ConfigFile): SecretBox {
  return new SecretBox({ dataDir: dirname(catalogFileOf(file)), secret: file.variables.get('DRIVEKEEP_SECRET') })
}

function isSealed(key: string): boolean {
  return SEALED_KEYS.includes(key.split('.').at(-1) ?? '')
}

function refusedKeys(changes: Changes): FieldError[] {
  return [...changes].flatMap(([field, value]) => {
    if (value === undefined) return [] // also what is not known any more may be forgotten
    if (!isValueKey(schema, field.split('.')))
      return [{ field, message: 'is not a known key. See the list of settings.' }]
    // Signing in by another way than the file's takes its service account out of use.
    if (!isFileOnly(field) || (SERVICE_ACCOUNT_FILE.test(field) && value === null)) return []
    return [
      { field, message: 'can be set in config.yaml alone: it is needed before the dashboard runs. Restart then.' },
    ]
  })
}

function withChanges(overrides: readonly Override[], changes: Changes, by: string): Override[] {
  const kept = overrides.filter(({ key }) => !changes.has(key))
  const set = [...changes].filter(([, value]) => value !== undefined)
  return [...kept, ...set.map(([key, value]) => ({ key, by, at: '', content: { value: plain(value) } }))]
}

function wrongIn(error: ConfigError): FieldError[] {
  return error.problems.filter(({ kind }) => kind === 'wrong').map(fieldError)
}

function fieldError({ path, message, remedy }: Problem): FieldError {
  return { field: path, message: `${message}. ${remedy}` }
}
