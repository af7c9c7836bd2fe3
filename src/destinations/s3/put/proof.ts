import { createHash, type Hash } from 'node:crypto'

/** Which checksum of the whole is compared: the one that Drive gave, and of two the one that hardware helps with. */
export type Algorithm = 'sha256' | 'md5'

/**
 * How far an upload is proved: the checksum of the content behind its first `parts` parts, all of which storage has.
 * What lies behind must be read (again) before the object may be made.
 *
 * The checksum is Node's own, three times as fast as one whose inner state could be saved. So it lives as long as the
 * process: after a fault an upload goes on from here, after a restart all is read once more.
 */
export class Proof {
  readonly algorithm: Algorithm
  #parts = 0
  #hash: Hash
  /** Of parts that were done before their predecessors: the checksum behind each. */
  readonly #ahead = new Map<number, Hash>()

  constructor(algorithm: Algorithm) {
    this.algorithm = algorithm
    this.#hash = createHash(algorithm)
  }

  get parts(): number {
    return this.#parts
  }

  /** The checksum behind the proved parts, to be continued. */
  continued(): Hash {
    return this.#hash.copy()
  }

  /** Storage has this part; `behind` is the checksum of all content up to its end. Any order will do. */
  stored(number: number, behind: Hash): void {
    this.#ahead.set(number, behind)
    for (let next = this.#ahead.get(this.#parts + 1); next !== undefined; next = this.#ahead.get(this.#parts + 1)) {
      this.#parts += 1
      this.#ahead.delete(this.#parts)
      this.#hash = next
    }
  }
}
