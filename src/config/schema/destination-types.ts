/**
 * What a destination of each type must be told. `region` is the default, null where there is none to guess; `endpoint`
 * says whether the address follows from the type and the region or has to be written down.
 */
export const DESTINATION_TYPES = {
  aws: { region: 'us-east-1', endpoint: 'known' },
  scaleway: { region: 'fr-par', endpoint: 'known' },
  backblaze: { region: null, endpoint: 'known' },
  cloudflare: { region: 'auto', endpoint: 'needed' },
  wasabi: { region: 'us-east-1', endpoint: 'known' },
  hetzner: { region: null, endpoint: 'known' },
  minio: { region: 'us-east-1', endpoint: 'needed' },
  ceph: { region: 'us-east-1', endpoint: 'needed' },
  garage: { region: 'garage', endpoint: 'needed' },
  other: { region: 'us-east-1', endpoint: 'needed' },
} as const satisfies Record<string, { region: string | null; endpoint: 'known' | 'needed' }>

export type DestinationType = keyof typeof DESTINATION_TYPES

export const DESTINATION_TYPE_NAMES = Object.keys(DESTINATION_TYPES) as [DestinationType, ...DestinationType[]]
