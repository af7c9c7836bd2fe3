import { createCipheriv, createDecipheriv, hash, randomBytes, scryptSync } from 'node:crypto'
import { closeSync, fsyncSync, linkSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { makeFolder } from '../../make-folder.ts'

/**
 * Secrets that are kept in the catalog, sealed with AES-256-GCM: the catalog alone reveals none, and nothing in it can be
 * altered or moved to another name unnoticed.
 *
 * The key is made from DRIVEKEEP_SECRET where that is set, else it is the file `secret.key` in data_dir, made when first
 * needed. Whatever was sealed says under which key, so both may be in use: a secret opens as long as its own key is there.
 */
export interface SealKeys {
  dataDir: string
  /** DRIVEKEEP_SECRET. */
  secret: string | undefined
}

/** What opens, or why it does not: to be told to people, and never part of it. */
export type Opened = { text: string } | { unreadable: string }

const KEY_FILE = 'secret.key'
/** Shorter ones can be found out by trying. */
const SHORTEST_SECRET = 16
const FORM = /^v1\.([\w-]{11})\.([\w-]{16})\.([\w-]*)\.([\w-]{22})$/

export class SealError extends Error {
  override readonly name = 'SealError'
}

export class SecretBox {
  readonly #file: string
  readonly #dataDir: string
  readonly #secret: string | undefined
  #ofSecret: Key | null = null

  constructor({ dataDir, secret }: SealKeys) {
    this.#dataDir = dataDir
    this.#file = join(dataDir, KEY_FILE)
    this.#secret = secret
  }

  /** `name` is what the text belongs to; it opens under this name alone. Throws a SealError, with the remedy, when there can be no key. */
  seal(text: string, name: string): string {
    const key = this.#keyOfSecret() ?? this.#keyOfFile() ?? this.#newKeyFile()
    const iv = randomBytes(12)
    const cipher = createCipheriv('aes-256-gcm', key.bytes, iv).setAAD(Buffer.from(name))
    const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
    return ['v1', key.id, b64(iv), b64(sealed), b64(cipher.getAuthTag())].join('.')
  }

  open(sealed: string, name: string): Opened {
    const [, id, iv, body, tag] = FORM.exec(sealed) ?? []
    if (iv === undefined || body === undefined || tag === undefined) return { unreadable: 'is damaged in the catalog' }
    const key = this.#known().find((one) => one.id === id)
    if (key === undefined) return { unreadable: `is sealed with a key that is not here (${this.#whatIsHere()})` }
    try {
      const decipher = createDecipheriv('aes-256-gcm', key.bytes, bytes(iv))
      decipher.setAAD(Buffer.from(name)).setAuthTag(bytes(tag))
      return { text: Buffer.concat([decipher.update(bytes(body)), decipher.final()]).toString('utf8') }
    } catch {
      return { unreadable: 'is damaged in the catalog' }
    }
  }

  #known(): Key[] {
    return [this.#keyOfSecret(), this.#keyOfFile()].filter((key) => key !== null)
  }

  #whatIsHere(): string {
    const file = this.#keyOfFile() === null ? `there is no ${this.#file}` : `${this.#file} is another one`
    return this.#secret === undefined
      ? `${file}, and DRIVEKEEP_SECRET is not set`
      : `${file}, and so is DRIVEKEEP_SECRET`
  }

  #keyOfSecret(): Key | null {
    if (this.#secret === undefined) return null
    if (this.#secret.length < SHORTEST_SECRET)
      throw new SealError(
        `DRIVEKEEP_SECRET is shorter than ${SHORTEST_SECRET} characters. Set a longer one, such as \`openssl rand -base64 32\` makes.`,
      )
    // Slow on purpose, once a process: it may be a sentence that somebody made up.
    this.#ofSecret ??= keyOf(scryptSync(this.#secret, 'drivekeep settings', 32))
    return this.#ofSecret
  }

  #keyOfFile(): Key | null {
    let text: string
    try {
      text = readFileSync(this.#file, 'latin1')
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      if (code === 'ENOENT' || code === 'ENOTDIR') return null
      throw new SealError(
        `${this.#file} cannot be read (${code ?? 'unknown error'}). Give it to the user that runs Drivekeep.`,
      )
    }
    const key = Buffer.from(text.trim(), 'base64')
    if (key.length === 32) return keyOf(key)
    throw new SealError(
      `${this.#file} holds no key. Put it back from a backup of data_dir, or remove it: then what was sealed with it has to be set anew.`,
    )
  }

  /** Appears whole or not at all, readable for its owner alone; whoever comes second takes the first one's. */
  #newKeyFile(): Key {
    const whole = `${this.#file}.${process.pid}.${b64(randomBytes(6))}`
    try {
      makeFolder(this.#dataDir)
      const file = openSync(whole, 'wx', 0o600)
      writeSync(file, `${randomBytes(32).toString('base64')}\n`)
      fsyncSync(file)
      closeSync(file)
      linkSync(whole, this.#file)
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      if (code !== 'EEXIST')
        throw new SealError(
          `${this.#file}, the key for secrets, cannot be made (${code ?? 'unknown error'}). Let the user that runs Drivekeep write to data_dir, or set DRIVEKEEP_SECRET.`,
        )
    } finally {
      rmSync(whole, { force: true })
    }
    const key = this.#keyOfFile()
    if (key === null)
      throw new SealError(`${this.#file}, the key for secrets, was removed while it was being made. Try again.`)
    return key
  }
}

interface Key {
  /** Tells keys apart and gives nothing of them away. */
  id: string
  bytes: Buffer
}

function keyOf(key: Buffer): Key {
  return {
    id: b64(hash('sha256', Buffer.concat([Buffer.from('drivekeep key id'), key]), 'buffer').subarray(0, 8)),
    bytes: key,
  }
}

const b64 = (data: Buffer) => data.toString('base64url')
const bytes = (text: string) => Buffer.from(text, 'base64url')
