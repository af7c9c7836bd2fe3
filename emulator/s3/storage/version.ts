import type { StoredChecksum } from '../body/checksums.ts'
import type { Blob } from './blob.ts'

export interface Retention {
  mode: 'GOVERNANCE' | 'COMPLIANCE'
  /** Unix ms */
  until: number
}

/** What a client says about an object beside its bytes. */
export interface Description {
  /** The headers given back with the object, by lower-case name: content-type, cache-control … */
  readonly headers: Readonly<Record<string, string>>
  /** User metadata by lower-case name without `x-amz-meta-`. */
  readonly metadata: Readonly<Record<string, string>>
  readonly storageClass: string
  readonly tags: Readonly<Record<string, string>>
  readonly retention: Retention | null
  readonly legalHold: boolean
}

/** The bytes of one part, as a verifier needs them where the object's own hash cannot be known. */
export interface PartSummary {
  readonly number: number
  readonly size: number
  readonly sha256: string | null
}

/** Bytes received or copied whole, with what was computed over them. */
export interface Content {
  readonly body: readonly Blob[]
  readonly size: number
  /** Without quotes. */
  readonly etag: string
  /** Hex; null where nobody has computed it yet, or bodies are discarded and it came in parts. */
  readonly sha256: string | null
  readonly parts: readonly PartSummary[] | null
  readonly checksum: StoredChecksum | null
}

export interface ObjectVersion extends Description, Content {
  readonly kind: 'object'
  readonly key: string
  /** 'null' for what was written without versioning. */
  readonly versionId: string
  /** Unix ms */
  readonly modified: number
}

interface DeleteMarker {
  readonly kind: 'marker'
  readonly key: string
  readonly versionId: string
  readonly modified: number
}

export type Version = ObjectVersion | DeleteMarker

export interface Part extends Content {
  readonly number: number
  readonly modified: number
}

/** A multipart upload under way. */
export interface Upload {
  readonly id: string
  readonly key: string
  readonly initiated: number
  readonly description: Description
  readonly checksum: Pick<StoredChecksum, 'algorithm' | 'type'> | null
  readonly parts: Map<number, Part>
}
