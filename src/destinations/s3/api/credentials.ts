import { Fault } from '../../../backup/model/faults.ts'
import type { Credentials } from './sign.ts'

/** Credentials that expire are fetched anew this long before, so that no request under way outlives them (AWS SDK: 5 min). */
const EARLY_MS = 5 * 60_000

export interface CredentialSource {
  get(): Credentials | Promise<Credentials>
  /** Storage refused them: the next `get` looks for others, since not all temporary keys say when they expire. */
  forget(): void
}

/** Keys that were given; nothing is fetched. */
export function staticCredentials(
  accessKeyId: string,
  secretAccessKey: string,
  sessionToken: string | null,
): CredentialSource {
  const credentials = { accessKeyId, secretAccessKey, sessionToken, expiresAt: null }
  return { get: () => credentials, forget: () => {} }
}

/**
 * The standard chain of AWS: environment, profile, web identity, container or instance role.
 * Loaded and asked when first needed. Throws `storage/no-credentials` when it finds none.
 */
export function chainCredentials(destination: string, now: () => number): CredentialSource {
  let kept: Credentials | null = null
  let coming: Promise<Credentials> | null = null
  const fetchThem = async () => {
    // 60 ms and 20 MB to load: only for those who use it.
    const { fromNodeProviderChain } = await import('@aws-sdk/credential-providers')
    try {
      const found = await fromNodeProviderChain()()
      kept = {
        accessKeyId: found.accessKeyId,
        secretAccessKey: found.secretAccessKey,
        sessionToken: found.sessionToken ?? null,
        expiresAt: found.expiration?.getTime() ?? null,
      }
      return kept
    } catch (error) {
      if (!(error instanceof Error) || !isProviderError(error)) throw error
      throw new Fault('storage/no-credentials', destination, { detail: error.message, cause: error })
    } finally {
      coming = null
    }
  }
  return {
    get: () => {
      if (kept !== null && (kept.expiresAt === null || kept.expiresAt - EARLY_MS > now())) return kept
      coming ??= fetchThem()
      return coming
    },
    forget: () => {
      kept = null
    },
  }
}

/** `CredentialsProviderError`, `TokenProviderError`, `ProviderError`: each says that a way to credentials led nowhere. */
function isProviderError(error: Error): boolean {
  return error.name.endsWith('ProviderError')
}
