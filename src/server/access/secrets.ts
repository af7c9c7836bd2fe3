import { createHash, randomBytes } from 'node:crypto'

/** 256 random bits, for a cookie or a header. */
export const newSecret = (): string => randomBytes(32).toString('base64url')

/** What is kept of a secret. It is random and long, so that a fast hash is enough: there is nothing to guess. */
export const secretHash = (secret: string): string => createHash('sha256').update(secret).digest('hex')
