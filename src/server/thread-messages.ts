import type { ConfigFile } from '../config/file/load.ts'
import type { Progress } from './contract/status.ts'

/** What the thread of the server is started with. */
export interface ThreadData {
  file: ConfigFile
  version: string
  /** Where Node keeps compiled code; undefined: nowhere. */
  compileCache: string | undefined
}

/** What the daemon tells the server. */
export type ToServer =
  | { type: 'progress'; progress: Progress }
  /** config.yaml was read again, and is used from now on. */
  | { type: 'reloaded'; file: ConfigFile }
  | { type: 'close' }

/** What the server tells the daemon. */
export type FromServer =
  | { type: 'listening'; url: string }
  /** It cannot listen, for a reason that the operator can mend. */
  | { type: 'refused'; message: string }
  /** There is no account yet, and this makes the first one. */
  | { type: 'setup-token'; token: string }
  /** A line of the log, as JSON. */
  | { type: 'log'; line: string }
