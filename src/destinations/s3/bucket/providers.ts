/** A provider's limits and habits, as far as they change what we send. Sources: reference s3.md and the providers' pages. */
export interface Provider {
  name: string
  /** Whether a host belongs to it. */
  host: RegExp | null
  /** Where a region's API is reached; null when that has to be configured. */
  endpoint: ((region: string) => string) | null
  /** Parts of one multipart upload. */
  maxParts: number
  /** `https://host/bucket/key` instead of `https://bucket.host/key`. */
  pathStyle: boolean
}

/** AWS: 10,000 parts of 5 MiB to 5 GiB (docs, "Amazon S3 multipart upload limits"); most others follow. */
const AWS_PARTS = 10_000

/**
 * All parts we send have one size but the last, because R2 insists on it; so it needs no column here. Only AWS and those
 * whose pages give host names by region have an endpoint of their own.
 */
const PROVIDERS = {
  aws: {
    host: /(^|\.)amazonaws\.com(\.cn)?$/,
    endpoint: (region) => `https://s3.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`,
    maxParts: AWS_PARTS,
    pathStyle: false,
  },
  scaleway: {
    host: /\.scw\.cloud$/,
    endpoint: (region) => `https://s3.${region}.scw.cloud`,
    maxParts: 1_000, // its own limit; more parts are refused
    pathStyle: false,
  },
  backblaze: {
    host: /\.backblazeb2\.com$/,
    endpoint: (region) => `https://s3.${region}.backblazeb2.com`,
    maxParts: AWS_PARTS,
    pathStyle: false,
  },
  // The account id is part of its host name, so there is no pattern by region.
  cloudflare: { host: /\.r2\.cloudflarestorage\.com$/, endpoint: null, maxParts: AWS_PARTS, pathStyle: true },
  wasabi: {
    host: /(^|\.)wasabisys\.com$/,
    endpoint: (region) => `https://s3.${region}.wasabisys.com`,
    maxParts: AWS_PARTS,
    pathStyle: false,
  },
  hetzner: {
    host: /\.your-objectstorage\.com$/,
    endpoint: (region) => `https://${region}.your-objectstorage.com`,
    maxParts: AWS_PARTS,
    pathStyle: false,
  },
  // Run by their users, mostly without a wildcard in DNS or in the certificate.
  minio: { host: null, endpoint: null, maxParts: AWS_PARTS, pathStyle: true },
  ceph: { host: null, endpoint: null, maxParts: AWS_PARTS, pathStyle: true },
  garage: { host: null, endpoint: null, maxParts: AWS_PARTS, pathStyle: true },
  other: { host: null, endpoint: null, maxParts: AWS_PARTS, pathStyle: true },
} as const satisfies Record<string, Omit<Provider, 'name'>>

export type ProviderType = keyof typeof PROVIDERS

/** The provider that the operator named, else the one the endpoint belongs to; without an endpoint it is AWS. */
export function providerOf(type: ProviderType | null, endpoint: string | null): Provider {
  const name = type ?? (endpoint === null ? 'aws' : providerByHost(URL.parse(endpoint)?.hostname ?? ''))
  return { name, ...PROVIDERS[name] }
}

function providerByHost(host: string): ProviderType {
  const found = Object.entries(PROVIDERS).find(([, provider]) => provider.host?.test(host))
  return (found?.[0] as ProviderType | undefined) ?? 'other'
}
