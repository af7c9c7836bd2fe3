/**
 * Every error that an operator can meet, in one catalogue. It feeds the log, the command line, the API and the docs.
 *
 * - `title` names it in a few words, as the heading over the files that it keeps from being protected.
 * - `what` completes the sentence "<subject>: …" and says what happened.
 * - `hint` says what to do now.
 * - `retry` says when another attempt makes sense:
 *   - `backoff`: soon, with growing delays, up to `sync.retry_attempts`; then it counts as failed and is tried daily;
 *   - `next-cycle`: in the next cycle, because the world has moved on (a file edited while it was read);
 *   - `daily`: not before tomorrow (Google's own day-long limits);
 *   - `after-operator`: when somebody has mended it; the daemon looks again from time to time;
 *   - `never`: only when the file itself changes.
 * - `scope` says what is out of order. One item's fault never stops another item; a source's or a destination's
 *   fault makes files wait and burns none of their attempts.
 * - `skip`: not an error of ours or of the operator's: the item counts as skipped for this reason.
 */
interface FaultKind {
  title: string
  what: string
  hint: string
  retry: RetryClass
  scope: FaultScope
  skip?: SkipReason
}
type RetryClass = 'backoff' | 'next-cycle' | 'daily' | 'after-operator' | 'never'
type FaultScope = 'item' | 'source' | 'destination'

/** Why an item is deliberately not copied. */
export const SKIP_REASONS = {
  'not-selected': 'lies outside the folders that were chosen to be backed up',
  excluded: 'matches exclude_patterns or exclude_paths',
  'too-large': 'larger than sync.max_file_size_gb',
  'not-recent': 'not modified within sync.check_recent_days when first seen',
  'download-forbidden': 'its owner forbids downloading',
  'flagged-abusive': 'Google flagged it as malware or spam and refuses to hand it out',
  'not-exportable': 'a Google type that Google cannot export',
  gone: 'deleted in Drive before it could be copied',
} as const
export type SkipReason = keyof typeof SKIP_REASONS

export const FAULTS = {
  // Google: sign-in and account
  'google/sign-in-ended': {
    title: 'The sign-in to Google has ended',
    what: 'Google says the sign-in has ended (invalid_grant)',
    hint: 'Sign in again: connect Google in the dashboard, or set a new refresh_token. If it ends every 7 days, publish the consent screen: apps in testing lose theirs.',
    retry: 'after-operator',
    scope: 'source',
  },
  'google/client-refused': {
    title: 'Google refuses the client',
    what: 'Google does not accept the client id or secret',
    hint: 'Check client_id and client_secret (or the service account key) against the Google Cloud console.',
    retry: 'after-operator',
    scope: 'source',
  },
  'google/delegation-missing': {
    title: 'Domain-wide delegation is missing',
    what: 'Google does not let this service account act for the user',
    hint: 'In the Admin console, allow domain-wide delegation for its numeric client id with the scope https://www.googleapis.com/auth/drive.readonly; it can take a day to apply.',
    retry: 'after-operator',
    scope: 'source',
  },
  'google/scope-missing': {
    title: 'The right to read Drive is missing',
    what: 'the sign-in does not include the right to read Drive',
    hint: 'Sign in again and allow https://www.googleapis.com/auth/drive.readonly.',
    retry: 'after-operator',
    scope: 'source',
  },
  'google/api-disabled': {
    title: 'The Google Drive API is switched off',
    what: 'the Google Drive API is switched off in this Google Cloud project',
    hint: 'Enable the Google Drive API for the project of this client id in the Google Cloud console.',
    retry: 'after-operator',
    scope: 'source',
  },
  'google/access-denied': {
    title: 'Google denies access to the drive',
    what: 'Google denies access to the drive (a policy of the domain, or a lost membership)',
    hint: 'Check with the domain administrator that this account and app may use Drive.',
    retry: 'after-operator',
    scope: 'source',
  },
  'google/other-account': {
    title: 'Another account answers',
    what: 'the sign-in opens another account or drive than the one that was backed up',
    hint: 'Nothing to do if that is meant: it becomes a source of its own, and the copies of the former one stay. Otherwise connect the former account again.',
    retry: 'backoff',
    scope: 'source',
  },
  'google/clock-skew': {
    title: 'This machine’s clock is wrong, says Google',
    what: 'Google refuses the sign-in because the clock of this machine is wrong',
    hint: 'Set the clock (enable NTP); a few minutes off is too much.',
    retry: 'after-operator',
    scope: 'source',
  },
  // Google: traffic
  'google/rate-limited': {
    title: 'Google asks us to slow down',
    what: 'Google asks us to slow down',
    hint: 'Nothing to do: the pace adapts by itself.',
    retry: 'backoff',
    scope: 'source',
  },
  'google/daily-limit': {
    title: 'Google’s daily quota is used up',
    what: 'the daily quota of this Google Cloud project is used up',
    hint: 'Work goes on tomorrow by itself; a larger quota can be asked for in the Google Cloud console.',
    retry: 'daily',
    scope: 'source',
  },
  'google/unavailable': {
    title: 'Google has an error of its own',
    what: 'Google answers with an error of its own',
    hint: 'Nothing to do: it is tried again by itself.',
    retry: 'backoff',
    scope: 'source',
  },
  'google/unreachable': {
    title: 'Google cannot be reached',
    what: 'Google cannot be reached',
    hint: 'Check the network, DNS and proxy of this machine; it is tried again by itself.',
    retry: 'backoff',
    scope: 'source',
  },
  'google/bad-answer': {
    title: 'The answer is not Google’s',
    what: 'what answers is not Google’s API',
    hint: 'Check sources.google_drive.api_url and token_url, and any proxy in between; a captive portal answers like this.',
    retry: 'backoff',
    scope: 'source',
  },
  'google/request-refused': {
    title: 'Google refuses a request',
    what: 'Google refuses the request',
    hint: 'This is most likely a defect of Drivekeep: please report it with the message above.',
    retry: 'backoff',
    scope: 'item',
  },
  'google/cursor-dead': {
    title: 'The place in the change feed is lost',
    what: 'Google no longer knows our place in the change feed',
    hint: 'Nothing to do: everything is scanned again and compared.',
    retry: 'next-cycle',
    scope: 'source',
  },
  'google/scan-expired': {
    title: 'The place in the scan is lost',
    what: 'Google no longer knows our place in the scan',
    hint: 'Nothing to do: the scan starts again.',
    retry: 'next-cycle',
    scope: 'source',
  },
  // Drive: one file
  'drive/not-found': {
    title: 'Gone from Drive',
    what: 'Drive does not find the file any more',
    hint: 'Nothing to do: the change feed will say what became of it.',
    retry: 'next-cycle',
    scope: 'item',
  },
  'drive/access-denied': {
    title: 'Access to the file denied',
    what: 'Google denies access to the file',
    hint: 'Nothing to do at first: new rights take some minutes to apply, and it is tried again. If it lasts, ask the owner for access, or back up the owner’s account.',
    retry: 'backoff',
    scope: 'item',
  },
  'drive/unreadable-item': {
    title: 'Description of the file not understood',
    what: 'Drive describes the file in a form that Drivekeep does not understand',
    hint: 'It is looked at again tomorrow. If it lasts, download the file by hand, and please report it with the message above.',
    retry: 'daily',
    scope: 'item',
  },
  'drive/download-forbidden': {
    title: 'Downloading is forbidden',
    what: 'its owner forbids downloading',
    hint: 'Ask the owner to allow downloads, or back up the owner’s account.',
    retry: 'never',
    scope: 'item',
    skip: 'download-forbidden',
  },
  'drive/flagged-abusive': {
    title: 'Flagged as malware or spam',
    what: 'Google flagged the file as malware or spam',
    hint: 'Delete it, or ask Google for a review; only then can it be copied.',
    retry: 'never',
    scope: 'item',
    skip: 'flagged-abusive',
  },
  'drive/not-exportable': {
    title: 'Google cannot export it',
    what: 'Google cannot export this document',
    hint: 'Keep a copy in a format that Google can export.',
    retry: 'never',
    scope: 'item',
    skip: 'not-exportable',
  },
  'drive/download-quota': {
    title: 'Download quota used up',
    what: 'Google’s download quota for this file is used up',
    hint: 'Nothing to do: it is tried again tomorrow.',
    retry: 'daily',
    scope: 'item',
  },
  'drive/export-failed': {
    title: 'The export failed',
    what: 'Google did not hand out the exported document',
    hint: 'Open the document in the browser and download it once by hand; if that fails too, it is too large for Google to export.',
    retry: 'backoff',
    scope: 'item',
  },
  'drive/interrupted': {
    title: 'The download broke off',
    what: 'the download broke off',
    hint: 'Nothing to do: it is tried again by itself.',
    retry: 'backoff',
    scope: 'item',
  },
  'drive/content-mismatch': {
    title: 'Other bytes than Drive described',
    what: 'the bytes received are not those Drive described (edited while it was read, or damaged on the way)',
    hint: 'Nothing to do: nothing was stored, and the next cycle reads it again.',
    retry: 'next-cycle',
    scope: 'item',
  },
  // Storage
  'storage/no-bucket': {
    title: 'The bucket does not exist',
    what: 'the bucket does not exist',
    hint: 'Create it, or correct destinations.*.bucket and region.',
    retry: 'after-operator',
    scope: 'destination',
  },
  'storage/credentials-refused': {
    title: 'Storage refuses the access key',
    what: 'storage does not accept the access key or its secret',
    hint: 'Check access_key_id and secret_access_key, and that the key is active.',
    retry: 'after-operator',
    scope: 'destination',
  },
  'storage/no-credentials': {
    title: 'No credentials for storage',
    what: 'there are no credentials for storage',
    hint: 'Set access_key_id and secret_access_key, or give this machine an AWS profile or role.',
    retry: 'after-operator',
    scope: 'destination',
  },
  'storage/access-denied': {
    title: 'Storage denies the operation',
    what: 'storage denies the operation to this access key',
    hint: 'Allow s3:PutObject, s3:GetObject, s3:DeleteObject, s3:ListBucket and s3:AbortMultipartUpload on the bucket and prefix; `drivekeep doctor` names what is missing.',
    retry: 'after-operator',
    scope: 'destination',
  },
  'storage/wrong-region': {
    title: 'The bucket lives elsewhere',
    what: 'the bucket lives in another region or at another endpoint',
    hint: 'Correct destinations.*.region (and endpoint).',
    retry: 'after-operator',
    scope: 'destination',
  },
  'storage/clock-skew': {
    title: 'This machine’s clock is wrong, says storage',
    what: 'storage refuses requests because the clock of this machine is wrong',
    hint: 'Set the clock (enable NTP); more than 15 minutes off is refused.',
    retry: 'after-operator',
    scope: 'destination',
  },
  'storage/full': {
    title: 'Storage is full',
    what: 'storage has no room left or its quota is used up',
    hint: 'Make room there, or raise its quota.',
    retry: 'after-operator',
    scope: 'destination',
  },
  'storage/slow-down': {
    title: 'Storage asks us to slow down',
    what: 'storage asks us to slow down',
    hint: 'Nothing to do: the pace adapts by itself.',
    retry: 'backoff',
    scope: 'destination',
  },
  'storage/unavailable': {
    title: 'Storage has an error of its own',
    what: 'storage answers with an error of its own',
    hint: 'Nothing to do: it is tried again by itself. If it lasts, look at the provider’s status page.',
    retry: 'backoff',
    scope: 'destination',
  },
  'storage/unreachable': {
    title: 'Storage cannot be reached',
    what: 'storage cannot be reached',
    hint: 'Check destinations.*.endpoint, the network and DNS; it is tried again by itself.',
    retry: 'backoff',
    scope: 'destination',
  },
  'storage/bad-answer': {
    title: 'The answer is not S3',
    what: 'the answer is not S3',
    hint: 'Check destinations.*.endpoint and any proxy in between.',
    retry: 'backoff',
    scope: 'destination',
  },
  'storage/no-folder': {
    title: 'The folder does not exist',
    what: 'the folder does not exist',
    hint: 'Create it, or correct destinations.*.path.',
    retry: 'after-operator',
    scope: 'destination',
  },
  'storage/not-mounted': {
    title: 'The disk is not mounted',
    what: 'the folder is not the one that was backed up to: its marker file is missing',
    hint: 'Mount the disk or share; work continues by itself. If the folder was emptied on purpose, give the destination another name in the configuration.',
    retry: 'backoff',
    scope: 'destination',
  },
  'storage/folder-denied': {
    title: 'No permission in the folder',
    what: 'this machine denies Drivekeep access to a file or folder there',
    hint: 'Give the user that Drivekeep runs as the right to read and write the folder and all that is in it.',
    retry: 'after-operator',
    scope: 'destination',
  },
  'storage/read-only': {
    title: 'The disk is read-only',
    what: 'the file system of the folder is mounted read-only',
    hint: 'Mount it for writing. Linux does this by itself after disk errors: look at the kernel log first.',
    retry: 'after-operator',
    scope: 'destination',
  },
  'storage/disk-error': {
    title: 'The disk reports an error',
    what: 'the disk or share of the folder does not work',
    hint: 'Check the cable, the network share and the health of the disk (smartctl).',
    retry: 'backoff',
    scope: 'destination',
  },
  'storage/checksum-refused': {
    title: 'Damaged on the way to storage',
    what: 'storage received other bytes than were sent, and refused them',
    hint: 'Nothing to do: nothing was stored, and it is tried again by itself. If it lasts, suspect memory or a proxy.',
    retry: 'backoff',
    scope: 'item',
  },
  'storage/key-refused': {
    title: 'Storage does not accept the name',
    what: 'storage does not accept this object key',
    hint: 'Rename the file in Drive, or move it to another folder: storage’s own words say what it does not accept.',
    retry: 'never',
    scope: 'item',
  },
  'storage/not-found': {
    title: 'A stored object is gone',
    what: 'an object that we stored is not there any more',
    hint: 'Somebody else deleted it: check who can delete at this destination. The file is copied again from Drive.',
    retry: 'next-cycle',
    scope: 'item',
  },
  'storage/replaced': {
    title: 'A stored object was replaced',
    what: 'another program replaced an object that we stored',
    hint: 'Check which other program writes to this destination: Drivekeep needs a bucket, prefix or folder that no other program uses. The file is copied again from Drive.',
    retry: 'next-cycle',
    scope: 'item',
  },
  'storage/archived': {
    title: 'The stored object is in an archive class',
    what: 'storage cannot copy or read the stored object because it is in an archive class',
    hint: 'Restore the object from the archive class (Glacier, Deep Archive), or use a storage class without restore times for this prefix and check the lifecycle rules of the bucket.',
    retry: 'daily',
    scope: 'item',
  },
  'storage/other-destination': {
    title: 'It belongs to another destination',
    what: 'the marker there is not the one of this destination: the bucket or folder was replaced, or another Drivekeep uses it',
    hint: 'Check where destinations.* points: bucket, prefix and endpoint, or path. To begin there with a new copy, give the destination another name in the configuration.',
    retry: 'after-operator',
    scope: 'destination',
  },
  'storage/setting-refused': {
    title: 'Storage refuses a setting',
    what: 'storage refuses a setting that every upload carries',
    hint: 'Correct what storage names: storage_class or region in destinations.*, or the encryption or KMS key of the bucket.',
    retry: 'after-operator',
    scope: 'destination',
  },
  'storage/body-too-large': {
    title: 'A server limits the size of uploads',
    what: 'a server in front of storage takes no request body of this size',
    hint: 'Raise its limit to 8 MiB or more (nginx: client_max_body_size; Cloudflare’s is 100 MB), or use an endpoint that does not pass through it.',
    retry: 'after-operator',
    scope: 'item',
  },
  'storage/object-refused': {
    title: 'A rule refuses this object',
    what: 'a rule on the way to storage refuses this one object; others are accepted',
    hint: 'Look for a rule about this name: in the bucket’s policy, in a firewall or proxy in front of storage, or a proxy that alters such names.',
    retry: 'backoff',
    scope: 'item',
  },
  'storage/path-taken': {
    title: 'Something else has its path',
    what: 'a file, folder or link that Drivekeep did not put there is in the way',
    hint: 'Look at the path that is named above, and move away what does not belong there.',
    retry: 'backoff',
    scope: 'item',
  },
  'storage/file-too-large': {
    title: 'Too large for the file system',
    what: 'the file system of the folder takes no file of this size',
    hint: 'Use another file system there: FAT32 takes no file of 4 GiB or more; ext4, XFS, NTFS and exFAT do.',
    retry: 'never',
    scope: 'item',
  },
  'storage/request-refused': {
    title: 'Storage refuses a request',
    what: 'storage refuses the request',
    hint: 'Storage’s own words say why; `drivekeep doctor` tests the bucket step by step.',
    retry: 'backoff',
    scope: 'item',
  },
  // This machine
  'local/settings-unusable': {
    title: 'The settings cannot be used',
    what: 'nothing can be backed up with these settings',
    hint: 'Correct them in the dashboard; what stands in config.yaml is read at the next start.',
    retry: 'after-operator',
    scope: 'source',
  },
  'local/disk-full': {
    title: 'The disk of this machine is full',
    what: 'the disk of this machine is full',
    hint: 'Make room where data_dir is; work goes on by itself.',
    retry: 'after-operator',
    scope: 'source',
  },
} as const satisfies Record<string, FaultKind>

export type FaultCode = keyof typeof FAULTS

/**
 * A named error with a retry class and a hint. `subject` is what it happened to (a file name, a bucket, an account);
 * `detail` is what the other side said, in its own words and without secrets.
 */
export class Fault extends Error {
  readonly code: FaultCode
  readonly subject: string
  readonly detail: string | null
  /** Not before so many ms: what the other side asked for (`Retry-After`), if it did. */
  readonly retryAfterMs: number | null

  constructor(
    code: FaultCode,
    subject: string,
    more: { detail?: string | null; cause?: unknown; retryAfterMs?: number | null } = {},
  ) {
    const { what, hint } = FAULTS[code]
    super(`${subject}: ${what}${more.detail ? ` (${more.detail})` : ''}. ${hint}`, { cause: more.cause })
    this.name = 'Fault'
    this.code = code
    this.subject = subject
    this.detail = more.detail ?? null
    this.retryAfterMs = more.retryAfterMs ?? null
  }

  get kind(): FaultKind {
    return FAULTS[this.code]
  }
}

/** Looks a stored code up; one that an older or newer version wrote is not an error. */
export function faultKind(code: string): FaultKind | undefined {
  return Object.hasOwn(FAULTS, code) ? FAULTS[code as FaultCode] : undefined
}
