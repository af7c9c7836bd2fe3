/** Where in an exchange something happens. */
type Moment = 'before-answer' | 'request-body' | 'response-body'

/** What can go wrong with one request on the wire or behind it. */
export type Fault =
  /** Not done; an answer with this status. `body` is XML unless said; 'none' sends no body at all. */
  | {
      kind: 'answer'
      status: number
      code?: string
      message?: string
      body?: 'xml' | 'html' | 'none'
      /** Seconds or an HTTP date. */
      retryAfter?: string | number
    }
  /** The connection is reset: before anything is done, or amid a body (after `bytes`, by default half of it). */
  | { kind: 'reset'; at?: Moment; bytes?: number }
  /** Like `reset`, but the connection stays open and silent. */
  | { kind: 'stall'; at?: Moment; bytes?: number }
  /** Half of the answer's body, in framing that says it is whole. */
  | { kind: 'truncate' }
  /** One bit in the middle of the answer's body. */
  | { kind: 'alter-response' }
  /** One bit in the middle of the body of PutObject or UploadPart as it is stored, after all checks passed. */
  | { kind: 'alter-stored' }
  /** Both bodies go no faster than this. */
  | { kind: 'slow'; bytesPerSecond: number }
  /** Done, but the answer never arrives: silence, or a reset. */
  | { kind: 'lost-reply'; end?: 'hang' | 'reset' }
  /** Not done; 200 and an error in the body, as AWS may answer CompleteMultipartUpload, CopyObject and UploadPartCopy. */
  | { kind: 'error-in-200'; code?: string; message?: string }
  /** The body is read; then there is no room for it: 507 as MinIO (XMinioStorageFull) or others (InsufficientStorage) say it. */
  | { kind: 'disk-full'; style?: 'minio' | 'generic' }

/** Which requests a rule concerns; what is left out matches all. */
export interface FaultMatch {
  method?: string
  /** `PutObject`, `UploadPart` … */
  operation?: string | readonly string[]
  bucket?: string
  /** A pattern, as a string too: JSON has no regular expressions. */
  key?: RegExp | string
}

export interface FaultRule {
  match?: FaultMatch
  fault: Fault
  /** Let this many matching requests pass first. */
  after?: number
  /** End after so many; without it the rule holds until it is removed. */
  times?: number
  /** Strike this share of matching requests, 0–1. */
  probability?: number
  /** Makes `probability` strike the same requests again, given the same order. */
  seed?: number
}

/** A rule in force. */
export interface ActiveFault {
  readonly id: number
  readonly rule: FaultRule
  /** How often it has struck. */
  readonly hits: number
  remove(): void
}
