import type { Google, Source } from '../../api/types.ts'
import type { Tone } from '../../ui/state/tone.ts'

/** A source’s state: a word, its colour, and a sentence. */
export function standingOf({ health, outage }: Pick<Source, 'health' | 'outage'>): {
  tone: Tone
  word: string
  meaning: string
} {
  switch (health) {
    case 'off':
      return { tone: 'idle', word: 'Not watched any more', meaning: 'Files and copies stay.' }
    case 'out':
      return outage?.needs_operator
        ? { tone: 'act', word: 'Action needed', meaning: 'Changes in this drive are not protected now.' }
        : { tone: 'mending', word: 'Not reachable', meaning: 'It is tried again by itself.' }
    case 'mass-change':
      return { tone: 'act', word: 'Action needed', meaning: 'Very much has changed in this drive at once.' }
    case 'unread':
      return { tone: 'idle', word: 'Not read yet', meaning: 'It is read as soon as the backup runs.' }
    case 'incomplete':
      return { tone: 'act', word: 'Files failed', meaning: 'Most is protected, and some files could not be copied.' }
    case 'scanning':
      return {
        tone: 'mending',
        word: 'Being scanned',
        meaning: 'The whole drive is being scanned; figures still grow.',
      }
    case 'behind':
      return { tone: 'mending', word: 'Copying', meaning: 'What has changed is being copied.' }
    case 'empty':
      return { tone: 'idle', word: 'Empty', meaning: 'There is nothing in it to protect.' }
    case 'ok':
      return { tone: 'proven', word: 'Protected', meaning: 'Everything that is to be backed up is stored.' }
  }
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
