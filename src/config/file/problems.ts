/** Where a value comes from: a place in the file, from 1, or somebody's change in the dashboard. All null: nowhere. */
export interface Place {
  line: number | null
  column: number | null
  setBy: string | null
}

export const NOWHERE: Place = { line: null, column: null, setBy: null }

/** One thing wrong with the configuration: where it is, what is wrong, and what to do about it. Never holds a secret. */
export interface Problem extends Place {
  /** `missing`: nothing is wrong, but there is not enough to back up with yet. */
  kind: 'wrong' | 'missing'
  /** The key as people write it (`sync.interval_seconds`); empty when it is about the file as a whole. */
  path: string
  message: string
  remedy: string
}

/** A configuration that cannot be used, with everything that is wrong with it at once. */
export class ConfigError extends Error {
  readonly file: string
  readonly problems: readonly Problem[]

  constructor(file: string, problems: readonly Problem[]) {
    super(problems.map((problem) => describe(file, problem)).join('\n'))
    this.name = 'ConfigError'
    this.file = file
    this.problems = problems
  }

  /** One line a problem, each as editors and terminals can jump to: `file:line:column key: message. Remedy.` */
  override toString(): string {
    return this.message
  }
}

function describe(file: string, { path, line, column, setBy, message, remedy }: Problem): string {
  if (setBy !== null) {
    const back = `Change it in the dashboard; \`drivekeep config reset ${path.replace(/\[.*/, '')}\` forgets it.`
    return `${path} (set in the dashboard by ${setBy}): ${message}. ${remedy} ${back}`
  }
  const place = line === null ? `${file}:` : `${file}:${line}:${column}`
  return [place, path === '' ? '' : `${path}:`, `${message}.`, remedy].filter((part) => part !== '').join(' ')
}
