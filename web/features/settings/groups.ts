import type { Setting } from '../../api/types.ts'

/** Settings by what somebody wants to change, not by where they stand in config.yaml. */
export interface Group {
  id: string
  title: string
  /** What the group decides, in one sentence. */
  about: string
  settings: Setting[]
}

interface Written {
  id: string
  title: string
  about: string
  keys: readonly string[]
}

const GROUPS: readonly Written[] = [
  {
    id: 'schedule',
    title: 'Schedule',
    about: 'When Drivekeep checks Drive.',
    keys: ['sync.mode', 'sync.interval_seconds', 'sync.auto_start'],
  },
  {
    id: 'limits',
    title: 'Limits',
    about: 'What is too large, how much memory may be used, and how often a file that failed is tried again.',
    keys: [
      'sync.max_file_size_gb',
      'sync.max_memory_mb',
      'sync.batch_size',
      'sync.reconcile_days',
      'sync.mass_change_percent',
      'sync.mass_change_items',
      'sync.retry_attempts',
      'sync.retry_delay_seconds',
    ],
  },
  {
    id: 'advanced',
    title: 'Advanced',
    about: 'What is rarely changed.',
    keys: ['daemon.log_level'],
  },
]

const MAIL: Omit<Group, 'settings'> = {
  id: 'mail',
  title: 'Mail',
  about: 'Nothing is sent yet. What is written here is checked and kept until mail is sent.',
}

/** Exclusions have a page of their own, since what they match is shown beside them. */
const EXCLUSION = /^sources\.([^.]+)\.exclude_(patterns|paths)$/

/** The keys of what one source skips. */
export function exclusionsOf(source: string): { patterns: string; paths: string } {
  return { patterns: `sources.${source}.exclude_patterns`, paths: `sources.${source}.exclude_paths` }
}

/** The sources that skip something, or could. */
export function sourcesIn(settings: readonly Setting[]): string[] {
  return [...new Set(settings.flatMap(({ key }) => EXCLUSION.exec(key)?.[1] ?? []))]
}

/** Keys that are changed under Sources or Destinations, with everything that belongs to them. */
const ELSEWHERE = [
  /^destinations(\.|$)/,
  /^sources\.[^.]+\.(client_id|client_secret|refresh_token|service_account_file|service_account_key|impersonate)$/,
  /^sources\.[^.]+\.folders(\.|$)/,
  /^sync\.check_recent_days$/,
]

/** What can be changed here, in groups; a key that this page does not know is an advanced one. */
export function grouped(settings: readonly Setting[]): Group[] {
  const here = changedHere(settings).filter(({ key }) => !isExclusion(key))
  const isMail = ({ key }: Setting) => key.startsWith('notifications.email.')
  const named = new Set(GROUPS.flatMap(({ keys }) => keys))
  const unknown = here.filter((setting) => !named.has(setting.key) && !isMail(setting))
  const known = new Map(here.map((setting) => [setting.key, setting]))
  const groups = GROUPS.map(({ keys, ...group }) => ({
    ...group,
    settings: [...keys.flatMap((key) => known.get(key) ?? []), ...(group.id === 'advanced' ? unknown : [])],
  }))
  return [...groups, { ...MAIL, settings: here.filter(isMail) }].filter((group) => group.settings.length > 0)
}

/** What has a field under Settings. */
export function changedHere(settings: readonly Setting[]): Setting[] {
  return ownKeys(settings).filter(({ editable }) => editable)
}

/** What config.yaml alone can set. */
export function fileOnly(settings: readonly Setting[]): Setting[] {
  return ownKeys(settings).filter(({ editable }) => !editable)
}

export function isExclusion(key: string): boolean {
  return EXCLUSION.test(key)
}

function ownKeys(settings: readonly Setting[]): Setting[] {
  return settings.filter(({ key }) => !ELSEWHERE.some((pattern) => pattern.test(key)))
}

/** `Interval seconds` of `sync.interval_seconds`, where nothing better is written down. */
export function titleOf(key: string): string {
  const source = /^sources\.([^.]+)\.(.+)$/.exec(key)
  const known = TITLES[source === null ? key : `sources.${source[2]}`]
  if (known !== undefined) return source === null || source[1] === 'google_drive' ? known : `${known}: ${source[1]}`
  const [first = '', ...rest] = key.split('.').slice(-2).join(' ').replaceAll('_', ' ')
  return first.toUpperCase() + rest.join('')
}

const TITLES: Record<string, string> = {
  'sync.mode': 'When to look for changes',
  'sync.interval_seconds': 'Check at least every',
  'sync.auto_start': 'Start backing up on launch',
  'sync.max_file_size_gb': 'Largest file',
  'sync.max_memory_mb': 'Memory for transfers',
  'sync.batch_size': 'Batch size',
  'sync.retry_attempts': 'Attempts before a file counts as failed',
  'sync.retry_delay_seconds': 'First delay before another attempt',
  'sync.temp_dir': 'Temporary folder',
  'sources.enabled': 'Back up this account',
  'sources.exclude_patterns': 'Names and patterns',
  'sources.exclude_paths': 'Folders and files by their path',
  'sources.api_url': 'Address of the Drive API',
  'sources.auth_url': 'Address of Google’s sign-in page',
  'sources.token_url': 'Address of Google’s tokens',
  'daemon.api_host': 'Network address of the dashboard',
  'daemon.api_port': 'Port of the dashboard',
  'daemon.log_level': 'How much is logged',
  'daemon.log_file': 'Log file',
  'daemon.tls.cert': 'Certificate for https',
  'daemon.tls.key': 'Private key for https',
  'daemon.trusted_proxies': 'Trusted proxies',
  'notifications.email.enabled': 'Send mail',
  'notifications.email.smtp_host': 'Mail server',
  'notifications.email.smtp_port': 'Port of the mail server',
  'notifications.email.username': 'Account at the mail server',
  'notifications.email.password': 'Password of that account',
  'notifications.email.from': 'Sender',
  'notifications.email.to': 'Receivers',
  data_dir: 'Folder of the catalog and the log',
  'database.url': 'PostgreSQL database',
}
