import { lstat, readFile, realpath, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { Fault } from '../../backup/model/faults.ts'
import { MOST_MARKER_BYTES, parseMarker } from '../../backup/model/marker.ts'
import { faultOf, ifThere } from './errors.ts'

/** Device and inode number: another disk that is mounted there, or none, has others. */
interface Identity {
  dev: bigint
  ino: bigint
}

/**
 * The folder itself: whether it is there, and is the one that is meant. A disk that is not mounted leaves an empty folder
 * behind, which must neither be written to nor be taken for a backup that lost everything.
 */
export class Root {
  readonly path: string
  readonly #address: string
  readonly #markers: string[]
  #marker: string | null
  #known: Identity | null = null
  #real = ''

  /** `markers`: where a marker may be, below the path. `marker`: the id that is expected there; null: none has been written. */
  constructor(path: string, address: string, markers: string[], marker: string | null) {
    this.path = path
    this.#address = address
    this.#markers = markers
    this.#marker = marker
  }

  absolute(name: string): string {
    return join(this.path, name)
  }

  /** Whether a folder below is one, and no link on the way leads elsewhere. Only once `ready` has resolved. */
  async isFolder(name: string): Promise<boolean> {
    const real = await ifThere(realpath(this.absolute(name)))
    if (real !== join(this.#real, name)) return false
    return (await ifThere(lstat(real)))?.isDirectory() ?? false
  }

  /** Throws `storage/no-folder`, `storage/not-mounted`, `storage/other-destination`, and what the file system says. */
  async ready(): Promise<void> {
    const now = await this.#look()
    if (this.#known !== null && now.dev === this.#known.dev && now.ino === this.#known.ino) return
    const found = await this.#readMarker()
    if (this.#marker !== null && found === null) throw this.#notMounted('it has no marker file')
    if (this.#marker !== null && found !== this.#marker)
      throw new Fault('storage/other-destination', this.#address, { detail: `its marker is ${found}` })
    this.#real = await realpath(this.path)
    this.#marker = found
    this.#known = now
  }

  /** To be called once a marker was written. */
  async noteMarker(): Promise<void> {
    this.#marker = await this.#readMarker()
  }

  async #look(): Promise<Identity> {
    try {
      const now = await ifThere(stat(this.path, { bigint: true }))
      if (now?.isDirectory()) return now
      if (now !== null) throw new Fault('storage/no-folder', this.#address, { detail: 'there is a file of this name' })
    } catch (error) {
      throw faultOf(error, this.#address)
    }
    if (this.#marker !== null) throw this.#notMounted(`${this.path} does not exist`)
    throw new Fault('storage/no-folder', this.#address)
  }

  async #readMarker(): Promise<string | null> {
    try {
      for (const name of this.#markers) {
        const text = await ifThere(readFile(this.absolute(name), 'utf8'))
        const marker = text === null || text.length > MOST_MARKER_BYTES ? null : parseMarker(text)
        if (marker !== null) return marker.id
      }
      return null
    } catch (error) {
      throw faultOf(error, this.#address)
    }
  }

  #notMounted(detail: string): Fault {
    return new Fault('storage/not-mounted', this.#address, { detail })
  }
}
