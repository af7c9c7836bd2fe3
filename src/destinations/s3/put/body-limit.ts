import { Fault } from '../../../backup/model/faults.ts'
import { refusalOf } from '../api/errors.ts'

const MIB = 1024 * 1024
/** S3 takes no smaller parts, except the last (AWS, "Amazon S3 multipart upload limits"). */
const LEAST_PART = 5 * MIB

/**
 * The largest request body that a server in front of storage takes: nginx has a limit of 1 MB by default, Cloudflare of
 * 100 MB. It is learned from refusals: each halves the limit, for all files, until the process ends.
 */
export class BodyLimit {
  #bytes = Number.POSITIVE_INFINITY

  /** `bytes`, or less where so much was refused. */
  within(bytes: number): number {
    return Math.min(bytes, this.#bytes)
  }

  /** Learns from a failed request. The size of the body that was refused; null if smaller bodies would not help. */
  learn(error: unknown): number | null {
    const sent = refusalOf(error)?.sent ?? 0
    if (!(error instanceof Fault && error.code === 'storage/body-too-large') || sent <= LEAST_PART) return null
    const half = Math.floor(sent / 2 / MIB) * MIB
    this.#bytes = Math.min(this.#bytes, Math.max(LEAST_PART, half))
    return sent
  }
}
