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
    about: 'When Drivekeep looks at Drive.',
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
      'sync.retry_attempts',
      'sync.retry_delay_seconds',
    ],
  },
  {
    id: 'exclusions',
    title: 'Exclusions',
    about: 'What is left out wherever it lies. Whole folders are chosen under Sources.',
    keys: ['sources.google_drive.exclude_patterns', 'sources.google_drive.exclude_paths'],
  },
]

/** Keys with a page of their own, where they are changed with everything that belongs to them. */
const ELSEWHERE = [
  /^destinations\./,
  /^sources\.google_drive\.(client_id|client_secret|refresh_token|service_account_file|impersonate)$/,
  /^sources\.google_drive\.selection(\.|$)/,
  /^sync\.check_recent_days$/,
]

/** Groups in their order, advanced keys last; a key that this page does not know is advanced. */
export function grouped(settings: readonly Setting[]): Group[] {
  const here = settings.filter(({ key }) => !ELSEWHERE.some((pattern) => pattern.test(key)))
  const known = new Map(here.map((setting) => [setting.key, setting]))
  const groups = GROUPS.map(({ keys, ...group }) => ({
    ...group,
    settings: keys.flatMap((key) => known.get(key) ?? []),
  }))
  const named = new Set(GROUPS.flatMap(({ keys }) => keys))
  const advanced = {
    id: 'advanced',
    title: 'Advanced',
    about: 'The server itself, its log, and addresses that only an emulator changes.',
    settings: here.filter(({ key }) => !named.has(key)),
  }
  return [...groups, advanced].filter((group) => group.settings.length > 0)
}

/** `Interval seconds` of `sync.interval_seconds`, where nothing better is written down. */
export function titleOf(key: string): string {
  const known = TITLES[key]
  if (known !== undefined) return known
  const [first = '', ...rest] = key.split('.').slice(-2).join(' ').replaceAll('_', ' ')
  return first.toUpperCase() + rest.join('')
}

const TITLES: Record<string, string> = {
  'sync.mode': 'When to look for changes',
  'sync.interval_seconds': 'Longest time between two looks',
  'sync.auto_start': 'Begin to back up at launch',
  'sync.max_file_size_gb': 'Largest file',
  'sync.max_memory_mb': 'Memory for files in flight',
  'sync.batch_size': 'Files taken up at a time',
  'sync.retry_attempts': 'Attempts before a file counts as failed',
  'sync.retry_delay_seconds': 'First delay before another attempt',
  'sync.temp_dir': 'Temporary folder',
  'sources.google_drive.enabled': 'Back up this drive',
  'sources.google_drive.exclude_patterns': 'Names and patterns',
  'sources.google_drive.exclude_paths': 'Folders and files by their path',
  'sources.google_drive.api_url': 'Address of the Drive API',
  'sources.google_drive.auth_url': 'Address of Google’s sign-in page',
  'sources.google_drive.token_url': 'Address of Google’s tokens',
  'daemon.api_host': 'Network address of the dashboard',
  'daemon.api_port': 'Port of the dashboard',
  'daemon.log_level': 'How much is logged',
  'daemon.log_file': 'Log file',
  'daemon.tls.cert': 'Certificate for https',
  'daemon.tls.key': 'Private key for https',
  'daemon.trusted_proxies': 'Trusted proxies',
  data_dir: 'Folder of the catalog and the log',
  'database.url': 'PostgreSQL database',
}
