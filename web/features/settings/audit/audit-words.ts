import type { AuditEntry } from '../../../api/types.ts'

/** What was asked for, by the name of the call. One that is not here is shown as its name in words. */
const WORDS: Record<string, string> = {
  createFirstAccount: 'Make the first account',
  signIn: 'Sign in',
  signOut: 'Sign out',
  endSession: 'End a session',
  signOutEverywhere: 'Sign out everywhere',
  changePassword: 'Change the own password',
  createUser: 'Add a user',
  changeUser: 'Change a user',
  deleteUser: 'Remove a user',
  createToken: 'Make an API token',
  deleteToken: 'Revoke an API token',
  changeSettings: 'Change settings',
  startSync: 'Start the backup',
  stopSync: 'Stop the backup',
  pauseSync: 'Pause the backup',
  resumeSync: 'Resume the backup',
  syncNow: 'Look for changes at once',
  retryFile: 'Try a file again',
  retryProblems: 'Try failed files again',
  confirmMassChange: 'Confirm a mass change',
  reconcileSource: 'Compare a source with the catalog',
  setGoogleClient: 'Set the OAuth client of Google',
  setServiceAccount: 'Set a service account of Google',
  connectGoogle: 'Begin to connect to Google',
  googleCallback: 'Connect to Google',
  addPendingAccount: 'Back up another account as well',
  replacePendingAccount: 'Back up another account instead',
  cancelPendingAccount: 'Cancel another account',
  addSource: 'Add a source',
  deleteSource: 'Remove a source',
  disconnectGoogle: 'Disconnect Google',
  testGoogle: 'Test the connection to Google',
  setSelection: 'Choose what is backed up',
  setDestination: 'Set a destination',
  deleteDestination: 'Remove a destination',
  testDestination: 'Test a destination',
}

/** `Sign in`: what was asked for, since some of it was refused. */
export function actionInWords(action: string): string {
  return WORDS[action] ?? spelled(action)
}

type Said = Pick<AuditEntry, 'action' | 'actor' | 'subject' | 'detail' | 'outcome'>

/** Who did it; null: nobody who was known. Before a sign-in nobody is, and what it was about is who came in. */
export function whoIn({ action, actor, subject, outcome }: Said): string | null {
  return actor ?? (COMING_IN.has(action) && outcome === 'done' ? subject : null)
}

const COMING_IN = new Set(['signIn', 'createFirstAccount'])

/** What it was about, in one line. Who did it is named already. */
export function aboutInWords(entry: Said): string {
  const { subject, detail } = entry
  return [subject === whoIn(entry) ? null : subject, detail].filter((text) => text !== null && text !== '').join(': ')
}

/** `Some new call` of `someNewCall`. */
function spelled(action: string): string {
  const words = action.replaceAll(/(?<=[a-z])(?=[A-Z])/g, ' ').toLowerCase()
  return words.slice(0, 1).toUpperCase() + words.slice(1)
}

export function hasWords(action: string): boolean {
  return action in WORDS
}
