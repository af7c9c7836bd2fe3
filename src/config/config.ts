import type { LayoutName } from '../backup/model/destination.ts'
import type { ProviderName } from '../destinations/destination-types.ts'

/**
 * The configuration as the rest of the program sees it: checked, frozen; paths absolute, times in ms, sizes in bytes, secrets
 * filled in. What is switched off is not here. There may not be enough in it to back up with: see ReadyConfig.
 */
export interface Config {
  /** The file it was read from, or would be if there were one. */
  readonly file: string
  readonly dataDir: string
  /** The catalog's SQLite file. */
  readonly catalogFile: string
  /** google_drive first, then in the order of the file, then those that were added in the dashboard. */
  readonly sources: readonly SourceConfig[]
  /** In the order of the file, then those that were added in the dashboard. */
  readonly destinations: readonly DestinationConfig[]
  readonly sync: SyncConfig
  readonly daemon: DaemonConfig
  readonly notifications: { readonly email: EmailConfig | null }
}

/** A configuration with all that a backup needs. */
export interface ReadyConfig extends Config {
  /** Those that can sign in: one that cannot yet keeps nothing from the others. */
  readonly sources: readonly [ReadySource, ...ReadySource[]]
  readonly destinations: readonly [DestinationConfig, ...DestinationConfig[]]
}

export interface SourceConfig extends DriveSourceConfig {
  /** Its key under `sources`. */
  readonly name: string
}

export interface ReadySource extends SourceConfig {
  readonly auth: DriveAuthConfig
}

/** An entry of `sources` as it stands, also one that is switched off. */
export interface SourceEntry extends SourceConfig {
  readonly enabled: boolean
}

interface DriveSourceConfig {
  /** Addresses end without a slash. */
  readonly apiUrl: string
  readonly authUrl: string
  readonly tokenUrl: string
  /** Null: not enough to sign in with yet. */
  readonly auth: DriveAuthConfig | null
  /** What a person signs in through; null where there is none. */
  readonly client: { readonly clientId: string; readonly clientSecret: string } | null
  /** Null: everything. */
  readonly folders: FolderSelection | null
  readonly excludePatterns: readonly string[]
  readonly excludePaths: readonly string[]
}

export type DriveAuthConfig =
  | {
      readonly kind: 'refresh-token'
      readonly clientId: string
      readonly clientSecret: string
      readonly refreshToken: string
    }
  | {
      readonly kind: 'service-account'
      readonly key: { readonly file: string } | { readonly text: string }
      readonly impersonate: string | null
    }

/** Which folders are backed up: of those named here that a file lies in, the innermost decides. */
export interface FolderSelection {
  /** What becomes of all that lies in none of them. */
  readonly rest: 'include' | 'exclude'
  readonly folders: readonly ChosenFolder[]
}

export interface ChosenFolder {
  /** Drive's id; `root` is My Drive, `shared-with-me` what others share and lies in no folder of ours. */
  readonly id: string
  readonly mode: 'include' | 'exclude'
  /** What it was called when it was chosen; empty where nobody wrote that down. */
  readonly name: string
  /** The ids of the folders that it lay in then, from the top. */
  readonly ancestors: readonly string[]
}

export type DestinationConfig = BucketConfig | FolderConfig

interface AnyDestinationConfig {
  /** Its key under `destinations`. */
  readonly name: string
  /** Without slashes at its ends; empty for the top of the bucket or folder. */
  readonly prefix: string
  /** How its objects are named. */
  readonly layout: LayoutName
}

interface FolderConfig extends AnyDestinationConfig {
  readonly type: 'folder'
  readonly path: string
}

interface BucketConfig extends AnyDestinationConfig {
  readonly type: ProviderName
  readonly bucket: string
  readonly region: string
  /** Ends without a slash; null where it follows from type and region. */
  readonly endpoint: string | null
  readonly forcePathStyle: boolean
  /** Null: the standard AWS credential chain. */
  readonly credentials: StorageCredentials | null
  readonly storageClass: string | null
}

interface StorageCredentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  /** Temporary keys come with one, in the environment. */
  readonly sessionToken: string | null
}

interface SyncConfig {
  readonly mode: 'realtime' | 'interval'
  readonly autoStart: boolean
  readonly intervalMs: number
  /** 0: everything. */
  readonly checkRecentDays: number
  readonly batchSize: number
  readonly retry: { readonly attempts: number; readonly delayMs: number }
  readonly maxFileSizeBytes: number
  readonly maxMemoryBytes: number
  /** 0: never. */
  readonly reconcileDays: number
  /** `share`: 0 to 1, of a source's items. */
  readonly massChange: { readonly share: number; readonly items: number }
}

type LogLevel = 'error' | 'warn' | 'info' | 'debug' | 'trace'

interface DaemonConfig {
  readonly apiHost: string
  readonly apiPort: number
  /** PEM files; null: plain http. */
  readonly tls: { readonly certFile: string; readonly keyFile: string } | null
  /** IP addresses and ranges. */
  readonly trustedProxies: readonly string[]
  readonly logLevel: LogLevel
  /** Null: the terminal alone. */
  readonly logFile: string | null
}

export interface EmailConfig {
  readonly smtpHost: string
  readonly smtpPort: number
  readonly login: { readonly username: string; readonly password: string } | null
  readonly from: string
  readonly to: readonly string[]
}
