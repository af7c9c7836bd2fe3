import { argon2, randomBytes, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'

interface Cost {
  /** KiB. */
  memory: number
  passes: number
  parallelism: number
}

/** What OWASP asks for at least: 19 MiB, 2 passes, 1 lane; about 30 ms. The form carries them, so they may grow later. */
const COST: Cost = { memory: 19_456, passes: 2, parallelism: 1 }
const HASH_BYTES = 32

/** Argon2id in the PHC string form: `$argon2id$v=19$m=19456,t=2,p=1$<salt>$<hash>`. */
export async function hashPassword(password: string): Promise<string> {
  const nonce = randomBytes(16)
  const hash = await derive(password, nonce, HASH_BYTES, COST)
  const text = (bytes: Buffer) => bytes.toString('base64').replace(/=+$/, '')
  return `$argon2id$v=19$m=${COST.memory},t=${COST.passes},p=${COST.parallelism}$${text(nonce)}$${text(hash)}`
}

const PHC = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/

/** Whether `hash`, in the PHC string form, was made from this password. Takes as long for a wrong one as for the right one. */
export async function passwordMatches(password: string, hash: string): Promise<boolean> {
  const [, memory, passes, parallelism, salt = '', expected = ''] = PHC.exec(hash) ?? []
  if (memory === undefined) throw new Error('a password hash in the catalog is not in the form argon2id')
  const wanted = Buffer.from(expected, 'base64')
  const cost = { memory: Number(memory), passes: Number(passes), parallelism: Number(parallelism) }
  return timingSafeEqual(await derive(password, Buffer.from(salt, 'base64'), wanted.length, cost), wanted)
}

async function derive(password: string, nonce: Buffer, tagLength: number, cost: Cost): Promise<Buffer> {
  // The same letters, however a keyboard composes them.
  return promisify(argon2)('argon2id', { message: password.normalize('NFC'), nonce, tagLength, ...cost })
}
