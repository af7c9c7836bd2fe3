import { argon2, randomBytes } from 'node:crypto'
import { promisify } from 'node:util'

/** What OWASP asks for at least: 19 MiB, 2 passes, 1 lane; about 30 ms. The form carries them, so they may grow later. */
const COST = { memory: 19_456, passes: 2, parallelism: 1 }

/** Argon2id in the PHC string form: `$argon2id$v=19$m=19456,t=2,p=1$<salt>$<hash>`. */
export async function hashPassword(password: string): Promise<string> {
  const nonce = randomBytes(16)
  const hash = await promisify(argon2)('argon2id', {
    message: password.normalize('NFC'),
    nonce,
    tagLength: 32,
    ...COST,
  })
  const text = (bytes: Buffer) => bytes.toString('base64').replace(/=+$/, '')
  return `$argon2id$v=19$m=${COST.memory},t=${COST.passes},p=${COST.parallelism}$${text(nonce)}$${text(hash)}`
}
