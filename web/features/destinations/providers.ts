/** What a form can say about a provider, beyond what the server knows of it. */
export interface ProviderHelp {
  /** An example to show in the empty field; null: the field is of no use there. */
  region: string | null
  endpoint: string | null
  /** Where the key is made, in words and as an address. */
  key: string
  link: { title: string; url: string } | null
  /** Words for `storage_class`; empty: the provider has one class. */
  classes: readonly string[]
}

const OWN_SERVER: ProviderHelp = {
  region: null,
  endpoint: 'https://s3.example.com',
  key: 'Make an access key on the server.',
  link: null,
  classes: [],
}

const HELP: Record<string, ProviderHelp> = {
  aws: {
    region: 'eu-central-1',
    endpoint: null,
    key: 'Make an IAM user with the policy below and an access key for it. On a machine inside AWS a role does without a key.',
    link: { title: 'IAM users', url: 'https://console.aws.amazon.com/iam/home#/users' },
    classes: ['STANDARD', 'STANDARD_IA', 'INTELLIGENT_TIERING', 'GLACIER_IR'],
  },
  scaleway: {
    region: 'fr-par',
    endpoint: null,
    key: 'Make an API key with the permission set ObjectStorageFullAccess.',
    link: { title: 'Scaleway API keys', url: 'https://console.scaleway.com/iam/api-keys' },
    classes: ['STANDARD', 'ONEZONE_IA'],
  },
  backblaze: {
    region: 'eu-central-003',
    endpoint: null,
    key: 'Make an application key with read and write access to the bucket. The region is the middle of its endpoint: s3.<region>.backblazeb2.com.',
    link: { title: 'Backblaze application keys', url: 'https://secure.backblaze.com/app_keys.htm' },
    classes: [],
  },
  cloudflare: {
    region: null,
    endpoint: 'https://<account id>.r2.cloudflarestorage.com',
    key: 'Make an R2 API token with “Object Read & Write” for the bucket. Its page shows the endpoint as well.',
    link: { title: 'R2', url: 'https://dash.cloudflare.com/?to=/:account/r2/overview' },
    classes: ['STANDARD', 'STANDARD_IA'],
  },
  wasabi: {
    region: 'eu-central-1',
    endpoint: null,
    key: 'Make a user with an access key that may read and write the bucket.',
    link: { title: 'Wasabi access keys', url: 'https://console.wasabisys.com/access_keys' },
    classes: [],
  },
  hetzner: {
    region: 'fsn1',
    endpoint: null,
    key: 'Make S3 credentials in the project of the bucket.',
    link: { title: 'Hetzner Console', url: 'https://console.hetzner.com' },
    classes: [],
  },
  garage: {
    ...OWN_SERVER,
    region: 'garage',
    key: 'Make a key with “garage key create” and allow it to read and write the bucket.',
  },
}

export function helpFor(type: string): ProviderHelp {
  return HELP[type] ?? { ...OWN_SERVER, region: 'us-east-1' }
}

/** The rights an access key needs, as an AWS policy to paste. */
export function policyFor(bucket: string, prefix: string): string {
  const name = bucket.trim() || 'BUCKET'
  const path = prefix.trim().replace(/^\/+|\/+$/g, '')
  const resource = `arn:aws:s3:::${name}`
  const policy = {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Action: ['s3:ListBucket', 's3:ListBucketMultipartUploads', 's3:GetBucketVersioning'],
        Resource: resource,
      },
      {
        Effect: 'Allow',
        Action: [
          's3:PutObject',
          's3:GetObject',
          's3:GetObjectVersion',
          's3:DeleteObject',
          's3:AbortMultipartUpload',
          's3:ListMultipartUploadParts',
        ],
        Resource: `${resource}/${path === '' ? '' : `${path}/`}*`,
      },
    ],
  }
  return JSON.stringify(policy, null, 2)
}
