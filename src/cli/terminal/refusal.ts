/** What a command cannot do, said with its remedy: no defect, and no Fault of Google or storage. */
export class Refusal extends Error {
  override readonly name = 'Refusal'
  readonly exitCode: number

  constructor(message: string, exitCode: number = EXIT.failed) {
    super(message)
    this.exitCode = exitCode
  }
}

/** The same in every command. */
export const EXIT = {
  ok: 0,
  failed: 1,
  /** A wrong command line or configuration. */
  misused: 2,
  /** It ran, and not everything is protected. */
  incomplete: 3,
  /** Ended by a signal before it was done, as shells count it (128 + SIGINT). */
  interrupted: 130,
} as const
