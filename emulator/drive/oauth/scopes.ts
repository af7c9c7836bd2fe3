const PREFIX = 'https://www.googleapis.com/auth/'

/** What a method does, as far as scopes are concerned. */
export type Access = 'read-metadata' | 'read-content' | 'write-metadata' | 'write'

const ALLOWED_BY: Record<Access, readonly string[]> = {
  'read-metadata': ['drive', 'drive.readonly', 'drive.metadata', 'drive.metadata.readonly', 'drive.file'],
  'read-content': ['drive', 'drive.readonly', 'drive.file'],
  'write-metadata': ['drive', 'drive.metadata', 'drive.file'],
  write: ['drive', 'drive.file'],
}

const KNOWN: ReadonlySet<string> = new Set([
  ...['openid', 'email', 'profile', `${PREFIX}userinfo.email`, `${PREFIX}userinfo.profile`],
  ...['drive', 'drive.readonly', 'drive.metadata', 'drive.metadata.readonly', 'drive.file', 'drive.appdata'].map(
    (scope) => PREFIX + scope,
  ),
  ...['drive.apps.readonly', 'drive.photos.readonly', 'drive.meet.readonly', 'drive.scripts'].map(
    (scope) => PREFIX + scope,
  ),
])

/**
 * Whether a token with these scopes may call a method of this kind; otherwise Drive answers 403 `insufficientPermissions`.
 *
 * `drive.file` passes here, but the emulator does not narrow it to the files that the app created.
 */
export function allows(scopes: ReadonlySet<string>, access: Access): boolean {
  return ALLOWED_BY[access].some((scope) => scopes.has(PREFIX + scope))
}

/** The scopes of a space-separated list that no Google API of this emulator has. */
export function unknownScopes(scopes: readonly string[]): string[] {
  return scopes.filter((scope) => !KNOWN.has(scope))
}

const MEANINGS: Record<string, string> = {
  drive: 'See, edit, create, and delete all of your Google Drive files',
  'drive.readonly': 'See and download all your Google Drive files',
  'drive.metadata': 'View and manage metadata of files in your Google Drive',
  'drive.metadata.readonly': 'See information about your Google Drive files',
  'drive.file': 'See, edit, create, and delete only the specific Google Drive files you use with this app',
  'drive.appdata': 'See, create, and delete its own configuration data in your Google Drive',
  openid: 'Associate you with your personal info on Google',
  email: 'See your primary Google Account email address',
  profile: 'See your personal info, including any personal info you have made publicly available',
}

/** The sentence by which the consent page asks for a scope. */
export function meaning(scope: string): string {
  return MEANINGS[scope.replace(PREFIX, '').replace('userinfo.', '')] ?? scope
}
