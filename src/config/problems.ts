/** One thing wrong with the configuration: where it is, what is wrong, and what to do about it. Never holds a secret. */
export interface Problem {
  /** The key as people write it (`sync.interval_seconds`); empty when it is about the file as a whole. */
  path: string
  /** From 1; null when there is no such place, as in a file that does not exist. */
  line: number | null
  column: number | null
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

function describe(file: string, { path, line, column, message, remedy }: Problem): string {
  const place = line === null ? `${file}:` : `${file}:${line}:${column}`
  return [place, path === '' ? '' : `${path}:`, `${message}.`, remedy].filter((part) => part !== '').join(' ')
}
