import type { Google, Source } from '../../api/types.ts'
import type { Tone } from '../../ui/state/tone.ts'

type Seen = Pick<
  Source,
  'outage' | 'mass_change' | 'listing' | 'pending' | 'failed' | 'last_look' | 'coverage' | 'watched'
>

/** A source’s state: a word, its colour, and a sentence. */
export function standingOf({ outage, mass_change, listing, pending, failed, last_look, coverage, watched }: Seen): {
  tone: Tone
  word: string
  meaning: string
} {
  if (!watched) return { tone: 'idle', word: 'Not watched any more', meaning: 'Files and copies stay.' }
  if (outage !== null) {
    return outage.needs_operator
      ? { tone: 'act', word: 'Action needed', meaning: 'Changes in this drive are not protected now.' }
      : { tone: 'mending', word: 'Not reachable', meaning: 'It is tried again by itself.' }
  }
  if (mass_change !== null)
    return { tone: 'act', word: 'Action needed', meaning: 'Very much has changed in this drive at once.' }
  if (last_look === null)
    return { tone: 'idle', word: 'Not read yet', meaning: 'It is read as soon as the backup runs.' }
  if (failed > 0)
    return { tone: 'act', word: 'Files failed', meaning: 'Most is protected, and some files could not be copied.' }
  if (listing)
    return { tone: 'mending', word: 'Being read', meaning: 'The whole drive is being listed; figures still grow.' }
  if (pending > 0) return { tone: 'mending', word: 'Copying', meaning: 'What has changed is being copied.' }
  if (coverage === null) return { tone: 'idle', word: 'Empty', meaning: 'There is nothing in it to protect.' }
  return { tone: 'proven', word: 'Protected', meaning: 'Everything that is to be backed up is stored.' }
}

/** The drives that this account watches. */
export function drivesOf(
  { connected, account }: Pick<Google, 'connected' | 'account'>,
  drives: readonly Source[],
): Source[] {
  return connected ? drives.filter((drive) => drive.watched && drive.account === account) : []
}

/** The drives that are shown with no account: those that are not watched any more, and those whose account is not known yet. */
export function withoutAccount(
  accounts: readonly Pick<Google, 'connected' | 'account'>[],
  drives: readonly Source[],
): Source[] {
  const shown = new Set(accounts.flatMap((account) => drivesOf(account, drives)))
  return drives.filter((drive) => !shown.has(drive))
}
