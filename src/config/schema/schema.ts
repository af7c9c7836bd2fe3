import { isIP } from 'node:net'
import { z } from 'zod'
import { LAYOUTS } from '../../backup/model/destination.ts'
import { DESTINATION_TYPE_NAMES } from '../../destinations/destination-types.ts'

/**
 * Every key of config.yaml, as it is written there: types, ranges, defaults, what it means, and what to write when it is
 * wrong. What depends on several keys, on files or on the environment is in the checks.
 */

/** A key with its meaning (for editors and docs) and the remedy that goes with every complaint about its value. */
function key<Schema extends z.ZodType>(schema: Schema, description: string, remedy: string): Schema {
  return schema.meta({ description, remedy })
}

const flag = (value: boolean, description: string) =>
  key(z.boolean().default(value), description, 'Write true or false.')

const filled = z.string().regex(/\S/, { error: 'must not be empty' })

const url = z.string().refine(isPlainUrl, {
  error: 'must be an http:// or https:// address without user name, query or fragment',
})

const email = z.string().refine((text) => /^[^\s@]+@[^\s@]+$/.test(text), { error: 'must be an e-mail address' })

const secret = (description: string) => key(filled.nullable().default(null), description, 'Put the text in quotes.')

/** Drive's ids, and the two places that have none of their own. */
const folderId = z.string().regex(/^[A-Za-z0-9_-]{1,200}$/, { error: 'must be the id of a folder' })

/** A folder by its id. The dashboard writes down what it was called, and where it lay, when it was chosen. */
const folder = z.union(
  [
    folderId,
    z.strictObject({
      id: folderId,
      name: z.string().max(1000).default(''),
      ancestors: z.array(folderId).max(200).default([]),
    }),
  ],
  { error: 'must be the id of a folder' },
)

const FOLDER_LIST =
  "Write a list of quoted ids, such as ['1dyUEebJaFnWa3Z4n0BFMVAXQ7mfUH11g']: a folder's id ends its address in the browser. " +
  'root stands for My Drive, shared-with-me for what others share.'

const folders = z
  .strictObject({
    rest: key(
      z.enum(['include', 'exclude']).default('include'),
      'What becomes of all that lies in none of the folders below: include backs it up, exclude leaves it out.',
      'Write include or exclude.',
    ),
    include: key(
      z.array(folder).max(10_000).default([]),
      'Folders that are backed up, by their ids; of several around a file the innermost decides.',
      FOLDER_LIST,
    ),
    exclude: key(
      z.array(folder).max(10_000).default([]),
      'Folders that are skipped, by their ids; of several around a file the innermost decides.',
      FOLDER_LIST,
    ),
  })
  .prefault({})

const source = z.strictObject({
  enabled: flag(true, 'Whether this account is backed up.'),
  api_url: key(
    url.default('https://www.googleapis.com'),
    'Where the Drive API is. Another address is for emulators; further accounts have that of google_drive.',
    'Leave it out, or write an address such as https://www.googleapis.com.',
  ),
  auth_url: key(
    url.default('https://accounts.google.com/o/oauth2/v2/auth'),
    'The page on which people sign in; further accounts have that of google_drive.',
    'Leave it out, or write an address such as https://accounts.google.com/o/oauth2/v2/auth.',
  ),
  token_url: key(
    url.default('https://oauth2.googleapis.com/token'),
    'Where access tokens come from; further accounts have that of google_drive.',
    'Leave it out, or write an address such as https://oauth2.googleapis.com/token.',
  ),
  client_id: secret('The OAuth client of your Google Cloud project; further accounts use that of google_drive.'),
  client_secret: secret('The secret of that client.'),
  refresh_token: secret('The sign-in of the account to back up, for use without a browser.'),
  service_account_file: key(
    filled.nullable().default(null),
    'The JSON key of a service account, instead of the three keys above; relative to this file. It wins over them.',
    'Write the name of the JSON key file in quotes, or null.',
  ),
  service_account_key: secret(
    'The text of such a JSON key itself, from a variable or from the dashboard. It wins over the file.',
  ),
  impersonate: key(
    email.nullable().default(null),
    'The user whose drive the service account reads (domain-wide delegation).',
    'Write an address such as user@example.com, or null.',
  ),
  folders,
  exclude_patterns: key(
    z.array(filled).default(['*.tmp', '.DS_Store', '~$*', '*.log', 'Thumbs.db']),
    'Names and paths to skip, in gitignore syntax.',
    "Write a list of quoted patterns, such as ['*.tmp', '.DS_Store'].",
  ),
  exclude_paths: key(
    z.array(filled).default([]),
    'Folders and files to skip, by their path from the top of the drive.',
    "Write a list of quoted paths, such as ['Archive/Old videos'].",
  ),
})

const destination = z.strictObject({
  enabled: flag(true, 'Whether copies go here.'),
  type: key(
    z.enum(DESTINATION_TYPE_NAMES).default('aws'),
    `The provider: ${DESTINATION_TYPE_NAMES.slice(0, -2).join(', ')}, or other for any S3-compatible server; or folder.`,
    'Write one of them.',
  ),
  bucket: key(
    z
      .string()
      .refine((text) => /^[A-Za-z0-9][A-Za-z0-9._-]{1,254}$/.test(text), {
        error: 'must be the name of a bucket: letters, digits, dots and hyphens',
      })
      .nullable()
      .default(null),
    'The bucket, which must exist.',
    'Write the name alone, such as my-backup, without s3:// and without a path.',
  ),
  path: key(
    filled
      .refine((text) => !text.includes('\0'), { error: 'must not hold a NUL character' })
      .nullable()
      .default(null),
    'The folder of a destination of type folder, which must exist; relative to this file.',
    'Write a path such as /mnt/backup, or null.',
  ),
  region: key(
    filled.nullable().default(null),
    'The region of the bucket; null takes the usual one of the type.',
    'Write a region such as us-east-1, or null.',
  ),
  prefix: key(
    z
      .string()
      .max(512)
      .refine((text) => !/(^|\/)\.{1,2}(\/|$)|\/\/|\p{Cc}/u.test(text), {
        error: 'must be a path without empty, `.` or `..` parts and without control characters',
      })
      .default(''),
    'A folder inside the bucket (or inside path), so that it can be shared with other data.',
    "Write a path such as backups/drive, or '' for the top of the bucket.",
  ),
  endpoint: key(
    url.nullable().default(null),
    'The address of the server; null takes that of the type and the region.',
    'Write an address such as https://s3.example.com, or null.',
  ),
  force_path_style: flag(false, 'Whether the bucket goes into the path of an address and not into its host name.'),
  access_key_id: secret('The access key; without one, the standard AWS credential chain is used.'),
  secret_access_key: secret('The secret of the access key.'),
  storage_class: key(
    z
      .string()
      .refine((text) => /^[A-Z][A-Z0-9_]*$/.test(text), { error: 'must be a storage class, in capitals' })
      .nullable()
      .default(null),
    'The storage class of new objects; null takes the default of the bucket.',
    'Write a class such as STANDARD_IA, or null.',
  ),
  layout: key(
    z.enum(LAYOUTS).default('mirror'),
    'How objects are named: mirror, after their paths in Drive; id, after the file id and revision, for good.',
    'Write mirror or id. What is stored already is converted by `drivekeep destination convert`.',
  ),
})

const sync = z
  .strictObject({
    mode: key(
      z.enum(['realtime', 'interval']).default('realtime'),
      'realtime looks for changes sooner after activity; interval looks at fixed times only.',
      'Write realtime or interval.',
    ),
    auto_start: flag(true, 'Whether the daemon begins to back up as soon as it is started.'),
    interval_seconds: key(
      z.int().min(1).max(86_400).default(300),
      'How long to wait before asking Drive for changes again.',
      'Write a number of seconds, such as 300.',
    ),
    check_recent_days: key(
      z.int().min(0).max(36_500).default(0),
      'Limits the first scan to files modified in the last so many days; 0 means all files.',
      'Write a number of days, or 0 for all files.',
    ),
    batch_size: key(
      z.int().min(1).max(10_000).default(100),
      'How many files make a batch; up to four batches are taken up at a time.',
      'Write a number of files, such as 100.',
    ),
    retry_attempts: key(
      z.int().min(0).max(100).default(5),
      'How often a file that failed is tried again soon; afterwards it is tried daily.',
      'Write a number, such as 5.',
    ),
    retry_delay_seconds: key(
      z.number().min(0).max(3600).default(30),
      'The first delay before another attempt; it doubles each time.',
      'Write a number of seconds, such as 30.',
    ),
    max_file_size_gb: key(
      z.number().min(0.001).max(5120).default(50),
      'Larger files are skipped, and shown as such. 1 GB is 1024³ bytes; fractions are fine.',
      'Write a number of GB, such as 50 or 0.5.',
    ),
    max_memory_mb: key(
      z.int().min(64).max(65_536).default(256),
      'The most memory that parts of files in flight may take. 1 MB is 1024² bytes.',
      'Write a number of MB, such as 256.',
    ),
    reconcile_days: key(
      z.int().min(0).max(365).default(7),
      'How often everything is scanned again and compared with the catalog, besides once some hours after the first scan; 0 means never.',
      'Write a number of days, such as 7, or 0.',
    ),
    mass_change_percent: key(
      z.number().min(1).max(100).default(10),
      'When this share of a source is removed, trashed, moved or rewritten within an hour, an alarm is shown and no copy is moved until it is confirmed.',
      'Write a number from 1 to 100, such as 10.',
    ),
    mass_change_items: key(
      z.int().min(1).max(1_000_000).default(50),
      'The alarm needs at least this many items.',
      'Write a number, such as 50.',
    ),
    temp_dir: key(
      filled.nullable().default(null),
      'Not used, since files are streamed; accepted so that older configurations keep working.',
      'Leave it out: files are streamed, and no such folder is used.',
    ),
  })
  .prefault({})

const daemon = z
  .strictObject({
    api_host: key(
      z
        .string()
        .refine((text) => /^[A-Za-z0-9_.:-]+$/.test(text), { error: 'must be a host name or an IP address' })
        .default('127.0.0.1'),
      'The address on which the daemon listens.',
      'Write 127.0.0.1 for this machine alone, or 0.0.0.0 for every network.',
    ),
    api_port: key(
      z.int().min(0).max(65_535).default(8080),
      'The port on which the daemon listens; 0 takes any free one.',
      'Write a port such as 8080.',
    ),
    tls: z
      .strictObject({
        cert: key(
          filled.nullable().default(null),
          'The certificate for https, in PEM form with its chain, relative to this file; null answers plain http.',
          'Write the name of a PEM file in quotes, or null.',
        ),
        key: key(
          filled.nullable().default(null),
          'The private key of that certificate, in PEM form, relative to this file.',
          'Write the name of a PEM file in quotes, or null.',
        ),
      })
      .prefault({}),
    trusted_proxies: key(
      z
        .array(z.string().refine(isAddressRange, { error: 'must be an IP address or a range such as 10.0.0.0/8' }))
        .default([]),
      'Reverse proxies whose word is taken for who calls and by which address (X-Forwarded-For, -Proto, -Host).',
      "Write a list of addresses or ranges, such as ['127.0.0.1'].",
    ),
    log_level: key(
      z.enum(['error', 'warn', 'info', 'debug', 'trace']).default('info'),
      'How much is logged: error, warn, info, debug or trace.',
      'Write one of them.',
    ),
    log_file: key(
      filled.nullable().default('logs/backup-app.log'),
      'The log, relative to data_dir; null logs to the terminal (or journal) alone.',
      'Write a file name such as logs/backup-app.log, or null.',
    ),
  })
  .prefault({})

const emailNotifications = z
  .strictObject({
    enabled: flag(false, 'Whether mail is to be sent. Nothing is sent yet: the keys are checked and kept.'),
    smtp_host: key(filled.nullable().default(null), 'The mail server.', 'Write a host such as smtp.example.com.'),
    smtp_port: key(
      z.int().min(1).max(65_535).default(587),
      'The port of the mail server.',
      'Write a port such as 587 or 465.',
    ),
    username: secret('The account at the mail server.'),
    password: secret('Its password.'),
    from: key(email.nullable().default(null), 'The sender.', 'Write an address such as drivekeep@example.com.'),
    to: key(
      z.union([email, z.array(email)], { error: 'must be an e-mail address or a list of them' }).default([]),
      'One receiver, or a list.',
      'Write an address such as admin@example.com, or [a@example.com, b@example.com].',
    ),
  })
  .prefault({})

/** The entry of `sources` that is always there. */
export const GOOGLE_DRIVE = 'google_drive'

export const schema = z.strictObject({
  data_dir: key(
    filled.default('.'),
    'Where sync_state.db and logs/ are kept, relative to this file.',
    'Write a folder, such as . or /var/lib/drivekeep.',
  ),
  // Every entry has the same keys; google_drive is always there.
  sources: z
    .object({ google_drive: source.prefault({}) })
    .catchall(source)
    .prefault({}),
  destinations: z.record(z.string(), destination).prefault({}),
  sync,
  daemon,
  notifications: z.strictObject({ email: emailNotifications }).prefault({}),
  database: z
    .strictObject({
      url: key(
        filled.nullable().default(null),
        'PostgreSQL; not supported yet, the catalog is always SQLite in data_dir.',
        'Leave it out: the catalog is kept in data_dir.',
      ),
    })
    .prefault({}),
})

/** config.yaml after defaults, still in its own names and units. */
export type Written = z.output<typeof schema>
export type WrittenSource = Written['sources'][string]
export type WrittenDestination = Written['destinations'][string]

/** Values that nobody may learn: sealed where they are kept, and part of no answer. */
export const SEALED_KEYS: readonly string[] = [
  'client_secret',
  'refresh_token',
  'service_account_key',
  'secret_access_key',
  'password',
]

/** Values that are not repeated in a complaint about them. */
export const SECRET_KEYS: readonly string[] = [...SEALED_KEYS, 'client_id', 'access_key_id', 'username', 'url']

function isAddressRange(text: string): boolean {
  const [address = '', bits, ...more] = text.split('/')
  const family = isIP(address)
  if (family === 0 || more.length > 0) return false
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128))
}

function isPlainUrl(text: string): boolean {
  const parsed = URL.parse(text)
  if (parsed === null || !/^https?:\/\/[^/]/i.test(text)) return false
  return parsed.username === '' && parsed.password === '' && !/[?#]/.test(text)
}
