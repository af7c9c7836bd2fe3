import { dirname, join, resolve } from 'node:path'
import { providerNamed } from '../destinations/destination-types.ts'
import { trimSlashes } from './checks/check-destinations.ts'
import type {
  ChosenFolder,
  Config,
  DestinationConfig,
  DriveAuthConfig,
  EmailConfig,
  FolderSelection,
  SourceEntry,
} from './config.ts'
import type { Variables } from './file/variables.ts'
import { GOOGLE_DRIVE, type Written, type WrittenDestination, type WrittenSource } from './schema/schema.ts'

const GB = 1024 ** 3
const MB = 1024 ** 2

/** Turns what was written, and in which nothing is wrong, into what the program works with. */
export function build(file: string, written: Written, variables: Variables): Config {
  const { sync, daemon, notifications } = written
  const folder = dirname(file)
  const dataDir = resolve(folder, written.data_dir)
  return freeze({
    file,
    dataDir,
    catalogFile: join(dataDir, 'sync_state.db'),
    sources: sourceEntries(file, written).flatMap(({ enabled, ...source }) => (enabled ? [source] : [])),
    destinations: Object.entries(written.destinations)
      .filter(([, destination]) => destination.enabled)
      .map(([name, destination]) => destinationConfig(file, name, destination, variables)),
    sync: {
      mode: sync.mode,
      autoStart: sync.auto_start,
      intervalMs: sync.interval_seconds * 1000,
      checkRecentDays: sync.check_recent_days,
      batchSize: sync.batch_size,
      retry: { attempts: sync.retry_attempts, delayMs: Math.round(sync.retry_delay_seconds * 1000) },
      maxFileSizeBytes: Math.round(sync.max_file_size_gb * GB),
      maxMemoryBytes: sync.max_memory_mb * MB,
      reconcileDays: sync.reconcile_days,
      massChange: { share: sync.mass_change_percent / 100, items: sync.mass_change_items },
    },
    daemon: {
      apiHost: daemon.api_host,
      apiPort: daemon.api_port,
      tls: tlsFiles(daemon.tls, folder),
      trustedProxies: daemon.trusted_proxies,
      logLevel: daemon.log_level,
      logFile: daemon.log_file === null ? null : resolve(dataDir, daemon.log_file),
    },
    notifications: { email: emailConfig(notifications.email) },
  })
}

/** Every source, also one that is switched off. */
export function sourceEntries(file: string, { sources }: Written): SourceEntry[] {
  const { [GOOGLE_DRIVE]: first, ...others } = sources
  return [[GOOGLE_DRIVE, first] as const, ...Object.entries(others)].map(([name, source]) => ({
    name,
    enabled: source.enabled,
    apiUrl: withoutSlash(source.api_url),
    authUrl: withoutSlash(source.auth_url),
    tokenUrl: withoutSlash(source.token_url),
    auth: auth(source, dirname(file)),
    client: clientOf(source),
    folders: selection(source.folders),
    excludePatterns: source.exclude_patterns,
    excludePaths: source.exclude_paths,
  }))
}

function tlsFiles({ cert, key }: Written['daemon']['tls'], folder: string): Config['daemon']['tls'] {
  return cert === null || key === null ? null : { certFile: resolve(folder, cert), keyFile: resolve(folder, key) }
}

function auth(drive: WrittenSource, folder: string): DriveAuthConfig | null {
  const { service_account_key: text, service_account_file: file, impersonate, refresh_token: refreshToken } = drive
  if (text !== null) return { kind: 'service-account', key: { text }, impersonate }
  if (file !== null) return { kind: 'service-account', key: { file: resolve(folder, file) }, impersonate }
  const client = clientOf(drive)
  return client === null || refreshToken === null ? null : { kind: 'refresh-token', ...client, refreshToken }
}

function clientOf({ client_id: clientId, client_secret: clientSecret }: WrittenSource) {
  return clientId === null || clientSecret === null ? null : { clientId, clientSecret }
}

function selection({ rest, include, exclude }: WrittenSource['folders']): FolderSelection | null {
  const chosen = (folders: typeof include, mode: ChosenFolder['mode']) =>
    folders.map((one) => (typeof one === 'string' ? { id: one, name: '', ancestors: [], mode } : { ...one, mode }))
  const folders = [...chosen(include, 'include'), ...chosen(exclude, 'exclude')]
  return rest === 'include' && folders.length === 0 ? null : { rest, folders }
}

function destinationConfig(
  file: string,
  name: string,
  written: WrittenDestination,
  variables: Variables,
): DestinationConfig {
  const { type, layout } = written
  const prefix = trimSlashes(written.prefix)
  if (type === 'folder') return { name, type, prefix, layout, path: resolve(dirname(file), checked(written.path)) }
  const { access_key_id: accessKeyId, secret_access_key: secretAccessKey } = written
  // Temporary keys in the environment work only with the token beside them.
  const temporary = accessKeyId !== null && accessKeyId === variables.get('AWS_ACCESS_KEY_ID')
  const sessionToken = (temporary ? variables.get('AWS_SESSION_TOKEN') : undefined) ?? null
  return {
    ...{ name, type, prefix, layout },
    bucket: checked(written.bucket),
    region: checked(written.region ?? providerNamed(type).region.default),
    endpoint: written.endpoint === null ? null : withoutSlash(written.endpoint),
    forcePathStyle: written.force_path_style,
    credentials:
      accessKeyId === null || secretAccessKey === null ? null : { accessKeyId, secretAccessKey, sessionToken },
    storageClass: written.storage_class,
  }
}

function emailConfig(written: Written['notifications']['email']): EmailConfig | null {
  if (!written.enabled) return null
  const { username, password } = written
  return {
    smtpHost: checked(written.smtp_host),
    smtpPort: written.smtp_port,
    login: username === null || password === null ? null : { username, password },
    from: checked(written.from),
    to: typeof written.to === 'string' ? [written.to] : written.to,
  }
}

/** The checks have seen to it that it is there. */
function checked<T>(value: T | null): T {
  if (value === null) throw new Error('a configuration was built before it was checked')
  return value
}

const withoutSlash = (url: string) => url.replace(/\/+$/, '')

function freeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value
  for (const inner of Object.values(value)) freeze(inner)
  return Object.freeze(value)
}
