import { CommanderError } from 'commander'
import { machineFault } from '../../app/machine-fault.ts'
import { Fault } from '../../backup/model/faults.ts'
import { ConfigError } from '../../config/file/problems.ts'
import { note } from './print.ts'
import { EXIT, Refusal } from './refusal.ts'

/** Errors of the composition root and of the server, known by name: loading them would load every part only to say what is wrong. */
const REFUSALS = ['AlreadyRunning', 'DestinationMoved', 'CatalogUnusable', 'Unusable', 'CannotListen', 'NoFolder']

/** Says on stderr what went wrong and what to do about it. Returns the exit code. */
export function tellFailure(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.misused // it has been told
  const message = messageOf(error)
  if (message === null) {
    note(`drivekeep: ${error instanceof Error ? error.stack : String(error)}`)
    note('drivekeep: this is a defect of Drivekeep, please report it with the lines above.')
    return EXIT.failed
  }
  note(`drivekeep: ${message}`)
  if (error instanceof ConfigError) return EXIT.misused
  return error instanceof Refusal ? error.exitCode : EXIT.failed
}

/** What a person should read about an error that is no defect of ours; null for a defect. */
export function messageOf(error: unknown): string | null {
  if (error instanceof ConfigError) {
    const { length } = error.problems
    return length === 1 ? error.message : `the configuration has ${length} problems:\n${error.message}`
  }
  if (error instanceof Fault || error instanceof Refusal) return error.message
  if (error instanceof Error && REFUSALS.includes(error.name)) return error.message
  return machineFault(error)
}
