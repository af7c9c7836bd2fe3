/**
 * The types of destinations: the one table that the configuration, the command line, the API and the dashboard read. A new
 * provider of S3 is a row here. Sources: the providers' own pages, and reference s3.md.
 */
export interface S3Type {
  kind: 's3'
  title: string
  /** `default`: taken where none is written; null: it must be. `example`: shown in an empty field; null: no field is needed. */
  region: { default: string | null; example: string | null }
  /** `of`: where a region's API is; null: the address must be written. */
  endpoint: { of: ((region: string) => string) | null; example: string | null }
  /** The hosts that belong to it, by which it is recognised where nobody named it. */
  host: RegExp | null
  /** Parts of one multipart upload. All parts we send have one size but the last, because R2 insists on it. */
  maxParts: number
  /** `https://host/bucket/key` instead of `https://bucket.host/key`. */
  pathStyle: boolean
  /** How to get an access key, and where. */
  key: string
  keyPage: { title: string; url: string } | null
  /** Words for `storage_class`; empty: it has one class. */
  storageClasses: readonly string[]
}

/** A folder of this machine: another disk, a mounted share. */
export interface FolderType {
  kind: 'folder'
  title: string
}

/** AWS: 10,000 parts of 5 MiB to 5 GiB (docs, "Amazon S3 multipart upload limits"); most others follow. */
const AWS_PARTS = 10_000

/** Run by their users, mostly without a wildcard in DNS or in the certificate. */
const OWN_SERVER = {
  kind: 's3',
  region: { default: 'us-east-1', example: 'us-east-1' },
  endpoint: { of: null, example: 'https://s3.example.com' },
  host: null,
  maxParts: AWS_PARTS,
  pathStyle: true,
  key: 'Make an access key on the server.',
  keyPage: null,
  storageClasses: [],
} as const satisfies Omit<S3Type, 'title'>

export const DESTINATION_TYPES = {
  aws: {
    kind: 's3',
    title: 'Amazon S3',
    region: { default: 'us-east-1', example: 'eu-central-1' },
    endpoint: {
      of: (region) => `https://s3.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`,
      example: null,
    },
    host: /(^|\.)amazonaws\.com(\.cn)?$/,
    maxParts: AWS_PARTS,
    pathStyle: false,
    key: 'Make an IAM user with the policy below and an access key for it. On a machine inside AWS, a role needs no key.',
    keyPage: { title: 'IAM users', url: 'https://console.aws.amazon.com/iam/home#/users' },
    storageClasses: ['STANDARD', 'STANDARD_IA', 'INTELLIGENT_TIERING', 'GLACIER_IR'],
  },
  scaleway: {
    kind: 's3',
    title: 'Scaleway Object Storage',
    region: { default: 'fr-par', example: 'fr-par' },
    endpoint: { of: (region) => `https://s3.${region}.scw.cloud`, example: null },
    host: /\.scw\.cloud$/,
    maxParts: 1_000, // its own limit; more parts are refused
    pathStyle: false,
    key: 'Make an API key with the permission set ObjectStorageFullAccess.',
    keyPage: { title: 'Scaleway API keys', url: 'https://console.scaleway.com/iam/api-keys' },
    storageClasses: ['STANDARD', 'ONEZONE_IA'],
  },
  backblaze: {
    kind: 's3',
    title: 'Backblaze B2',
    region: { default: null, example: 'eu-central-003' },
    endpoint: { of: (region) => `https://s3.${region}.backblazeb2.com`, example: null },
    host: /\.backblazeb2\.com$/,
    maxParts: AWS_PARTS,
    pathStyle: false,
    key: 'Make an application key with read and write access to the bucket. The region is the middle of its endpoint: s3.<region>.backblazeb2.com.',
    keyPage: { title: 'Backblaze application keys', url: 'https://secure.backblaze.com/app_keys.htm' },
    storageClasses: [],
  },
  cloudflare: {
    kind: 's3',
    title: 'Cloudflare R2',
    region: { default: 'auto', example: null },
    // The account id is part of its host name, so the address does not follow from a region.
    endpoint: { of: null, example: 'https://<account id>.r2.cloudflarestorage.com' },
    host: /\.r2\.cloudflarestorage\.com$/,
    maxParts: AWS_PARTS,
    pathStyle: true,
    key: 'Make an R2 API token with “Object Read & Write” for the bucket. Its page shows the endpoint as well.',
    keyPage: { title: 'R2', url: 'https://dash.cloudflare.com/?to=/:account/r2/overview' },
    storageClasses: ['STANDARD', 'STANDARD_IA'],
  },
  wasabi: {
    kind: 's3',
    title: 'Wasabi',
    region: { default: 'us-east-1', example: 'eu-central-1' },
    endpoint: { of: (region) => `https://s3.${region}.wasabisys.com`, example: null },
    host: /(^|\.)wasabisys\.com$/,
    maxParts: AWS_PARTS,
    pathStyle: false,
    key: 'Make a user with an access key that may read and write the bucket.',
    keyPage: { title: 'Wasabi access keys', url: 'https://console.wasabisys.com/access_keys' },
    storageClasses: [],
  },
  hetzner: {
    kind: 's3',
    title: 'Hetzner Object Storage',
    region: { default: null, example: 'fsn1' },
    endpoint: { of: (region) => `https://${region}.your-objectstorage.com`, example: null },
    host: /\.your-objectstorage\.com$/,
    maxParts: AWS_PARTS,
    pathStyle: false,
    key: 'Make S3 credentials in the project of the bucket.',
    keyPage: { title: 'Hetzner Console', url: 'https://console.hetzner.com' },
    storageClasses: [],
  },
  minio: { ...OWN_SERVER, title: 'MinIO' },
  ceph: { ...OWN_SERVER, title: 'Ceph' },
  garage: {
    ...OWN_SERVER,
    title: 'Garage',
    region: { default: 'garage', example: 'garage' },
    key: 'Make a key with “garage key create” and allow it to read and write the bucket.',
  },
  other: { ...OWN_SERVER, title: 'Another S3-compatible server' },
  folder: { kind: 'folder', title: 'A folder on this machine' },
} as const satisfies Record<string, S3Type | FolderType>

export type DestinationTypeName = keyof typeof DESTINATION_TYPES
/** The providers of S3. */
export type ProviderName = Exclude<DestinationTypeName, 'folder'>

export const DESTINATION_TYPE_NAMES = Object.keys(DESTINATION_TYPES) as [DestinationTypeName, ...DestinationTypeName[]]

export function destinationType(name: DestinationTypeName): S3Type | FolderType {
  return DESTINATION_TYPES[name]
}

export function providerNamed(name: ProviderName): S3Type {
  return DESTINATION_TYPES[name]
}

/** The provider that a host belongs to; `other` where it is nobody's. */
export function providerOfHost(host: string): ProviderName {
  const names = DESTINATION_TYPE_NAMES.filter((name) => name !== 'folder')
  return names.find((name) => providerNamed(name).host?.test(host)) ?? 'other'
}
