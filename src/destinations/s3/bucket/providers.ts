import { type ProviderName, providerNamed, providerOfHost, type S3Type } from '../../destination-types.ts'

/** A provider's limits and habits, as far as they change what we send. */
export interface Provider extends Pick<S3Type, 'maxParts' | 'pathStyle'> {
  name: ProviderName
  /** Where a region's API is reached; null when that has to be configured. */
  endpoint: ((region: string) => string) | null
}

/** The provider that the operator named, else the one the endpoint belongs to; without an endpoint it is AWS. */
export function providerOf(type: ProviderName | null, endpoint: string | null): Provider {
  const name = type ?? (endpoint === null ? 'aws' : providerOfHost(URL.parse(endpoint)?.hostname ?? ''))
  const { maxParts, pathStyle, endpoint: known } = providerNamed(name)
  return { name, maxParts, pathStyle, endpoint: known.of }
}
