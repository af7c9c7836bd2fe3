import type { CheckResult } from '../backup/model/destination.ts'
import { Fault } from '../backup/model/faults.ts'
import type { Change, Item } from '../backup/model/item.ts'
import type { ChangePage, Identity, ScanPage, Source } from '../backup/model/source.ts'
import { DriveClient, type Retry } from './api/client.ts'
import { connect, isLoopback } from './api/connections.ts'
import { quote } from './api/quote.ts'
import { type Call, Wire } from './api/wire.ts'
import { AccessTokens, type Credentials, grantOf } from './auth/auth.ts'
import { PATIENCE_MS } from './auth/token-endpoint.ts'
import { type CheckParts, checkAccess } from './check.ts'
import { type Clock, systemClock } from './clock.ts'
import { Governor } from './pacing/governor.ts'
import { KNOWN_UNITS_PER_MINUTE, PRICES } from './pacing/pacing.ts'
import { changes, startCursor } from './read/changes.ts'
import { nameOf, readBlob } from './read/content.ts'
import { Corpus } from './read/corpus.ts'
import { readExport } from './read/export.ts'
import { type FolderPage, folders } from './read/folders.ts'
import { FIELDS, isId, isObject, unknownItem } from './read/items.ts'
import { scan } from './read/scan.ts'

export interface DriveOptions {
  /** `https://www.googleapis.com`, or where an emulator or proxy listens. */
  apiUrl: string
  tokenUrl: string
  credentials: Credentials
  /** A shared drive; null or absent for the account's My Drive. */
  driveId?: string | null
  /** Shared by the sources of one user, since Google counts them together. Absent: one of its own, with `limits`. */
  governor?: Governor
  /** Absent: what Google grants everybody, at Google; elsewhere nothing is known and refusals teach the limit. */
  limits?: { unitsPerMinute?: number; queriesPerMinute?: number }
  /** Short tries of one call, and the first pause between them (ms). */
  retryTries?: number
  retryBaseMs?: number
  timeouts?: Partial<DriveTimeouts>
  /** Absent: compress JSON unless the API is on this machine, where that costs more than it saves. */
  gzip?: boolean
  clock?: Clock
  /** Where proxy settings are read. */
  env?: NodeJS.ProcessEnv
}

/** In ms. */
interface DriveTimeouts {
  /** TCP and TLS. */
  connect: number
  /** From a sent request to the answer's headers. An export is made before its headers come. */
  metadataHeaders: number
  mediaHeaders: number
  /** Between two pieces of a body. */
  idle: number
  /** A metadata call from beginning to end. Downloads have no such bound: they may take days. */
  metadataTotal: number
  /** The token endpoint: silence, and half as much again for the whole call. */
  token: number
}

const TIMEOUTS: DriveTimeouts = {
  connect: 10_000,
  metadataHeaders: 60_000,
  mediaHeaders: 180_000,
  idle: 60_000,
  metadataTotal: 120_000,
  token: PATIENCE_MS,
}

/** A Drive as the backup sees it. Opens no connection before the first call. Throws an Error for an unusable key file or address. */
export function createDriveSource(options: DriveOptions): DriveSource {
  const apiUrl = new URL(options.apiUrl)
  const clock = options.clock ?? systemClock
  const timeouts = { ...TIMEOUTS, ...options.timeouts }
  const { metadataHeaders, mediaHeaders, idle, metadataTotal } = timeouts
  const retry: Retry = { tries: options.retryTries ?? 5, baseMs: options.retryBaseMs ?? 1000 }
  const corpus = new Corpus(options.driveId ?? null, subjectOf(options))
  const grant = grantOf(options.credentials, options.tokenUrl)
  const connections = connect(apiUrl, timeouts.connect, options.env ?? process.env)
  const client = new DriveClient({
    wire: new Wire(connections, {
      apiUrl,
      metadata: { headersMs: metadataHeaders, idleMs: idle, totalMs: metadataTotal },
      media: { headersMs: mediaHeaders, idleMs: idle, totalMs: null },
      gzip: options.gzip ?? !isLoopback(apiUrl),
    }),
    tokens: new AccessTokens(connections.others, grant, {
      subject: corpus.subject,
      patienceMs: timeouts.token,
      clock,
      retry,
    }),
    governor: options.governor ?? governorFor(options, apiUrl, clock, retry),
    clock,
    retry,
  })
  return new DriveSource({ client, corpus, connections, clock, apiUrl, tokenUrl: grant.tokenUrl })
}

export class DriveSource implements Source, AsyncDisposable {
  readonly #parts: CheckParts
  readonly #client: DriveClient
  readonly #corpus: Corpus

  constructor(parts: CheckParts) {
    this.#parts = parts
    this.#client = parts.client
    this.#corpus = parts.corpus
  }

  get calls(): number {
    return this.#client.calls
  }

  /** Units used, the rate believed to be allowed, pauses: for status pages. */
  get pace(): Governor['state'] {
    return this.#client.governor.state
  }

  /** Proves step by step that this drive can be read. */
  checkAccess(signal: AbortSignal): Promise<CheckResult[]> {
    return checkAccess(this.#parts, signal)
  }

  async identify(signal: AbortSignal): Promise<Identity> {
    const { subject } = this.#corpus
    const [about, root] = await Promise.all([
      this.#client.json(
        { address: '/about?fields=user(emailAddress,permissionId)', units: PRICES.other, asking: 'account', subject },
        signal,
      ),
      this.#client.json(this.#root, signal),
    ])
    const { emailAddress, permissionId } = isObject(about.user) ? about.user : {}
    const email = typeof emailAddress === 'string' ? quote(emailAddress) : ''
    if (email === '') throw new Fault('google/bad-answer', subject, { detail: 'no e-mail of the user' })
    if (!isId(root.id)) throw new Fault('google/bad-answer', subject, { detail: 'no id of the root folder' })
    return { permissionId: isId(permissionId) ? permissionId : `email:${email}`, email, rootId: root.id }
  }

  /** One try: whoever probes an outage has a schedule of its own. */
  async probe(signal: AbortSignal): Promise<void> {
    await this.#client.json(this.#root, signal, 1)
  }

  get #root(): Call {
    const { subject, driveId } = this.#corpus
    const address = `/files/${driveId ?? 'root'}?fields=id&supportsAllDrives=true`
    return { address, units: PRICES.get, asking: 'account', subject }
  }

  /** The folders in a folder, for people who choose: see folders.ts. */
  folders(parent: string, position: string | null, signal: AbortSignal): Promise<FolderPage> {
    return folders(this.#client, this.#corpus, parent, position, signal)
  }

  startCursor(signal: AbortSignal): Promise<string> {
    return startCursor(this.#client, this.#corpus, signal)
  }

  scan(position: string | null, signal: AbortSignal): AsyncIterable<ScanPage> {
    return scan(this.#client, this.#corpus, position, signal)
  }

  changes(cursor: string, signal: AbortSignal): AsyncIterable<ChangePage> {
    return changes(this.#client, this.#corpus, cursor, (id, signal) => this.#look(id, signal), signal)
  }

  /** What became of a file that the feed names without describing it. A fault of this one file must not stop the feed. */
  async #look(id: string, signal: AbortSignal): Promise<Change> {
    try {
      const item = await this.get(id, signal)
      return item?.driveId === this.#corpus.driveId ? { type: 'seen', item } : { type: 'removed', id }
    } catch (error) {
      if (!(error instanceof Fault) || error.kind.scope !== 'item') throw error
      const why = `the change feed does not describe it, and asking for it failed: ${error.detail ?? error.code}`
      return { type: 'seen', item: unknownItem(id, this.#corpus.driveId, quote(why)) }
    }
  }

  async get(id: string, signal: AbortSignal): Promise<Item | null> {
    const address = `/files/${encodeURIComponent(id)}?fields=${FIELDS}&supportsAllDrives=true`
    const resourceKeys = this.#corpus.resourceKeys(id)
    const call = { address, units: PRICES.get, asking: 'item', subject: `file ${id}`, resourceKeys } as const
    try {
      const item = this.#corpus.parse(await this.#client.item(call, signal))
      if (item !== null) return item
    } catch (error) {
      if (error instanceof Fault && error.code === 'drive/not-found') return null
      throw error
    }
    throw new Fault('drive/unreadable-item', call.subject, { detail: 'the description has no usable id' })
  }

  async read(item: Item, offset: number, signal: AbortSignal): Promise<AsyncIterable<Uint8Array>> {
    const { content } = item
    const unreadable = item.unreadable ?? (await this.#recheck(item, signal))
    if (unreadable !== null) throw new Fault('drive/unreadable-item', nameOf(item), { detail: unreadable })
    switch (content.kind) {
      case 'blob':
        return readBlob(this.#client, this.#corpus, { ...item, content }, offset, signal)
      case 'native':
        if (offset > 0) throw new RangeError(`${item.id}: an export cannot be continued`)
        return readExport(this.#client, this.#corpus, item, content.export, signal)
      case 'folder':
      case 'shortcut':
        throw new TypeError(`${item.id}: a ${content.kind} has no bytes`)
    }
  }

  /**
   * An empty object must not pass for the content of a file whose size Drive did not tell. Drive gives empty files a checksum, so a blob
   * of no bytes and no checksum is asked for again: its record may have lost `unreadable`.
   */
  async #recheck({ id, content }: Item, signal: AbortSignal): Promise<string | null> {
    const described = content.kind !== 'blob' || content.size > 0 || content.md5 !== null || content.sha256 !== null
    return described ? null : ((await this.get(id, signal))?.unreadable ?? null)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#client.tokens.close()
    await this.#parts.connections.close()
  }
}

function subjectOf({ credentials, driveId }: DriveOptions): string {
  const account = 'impersonate' in credentials && credentials.impersonate ? ` of ${credentials.impersonate}` : ''
  return driveId ? `shared drive ${driveId}` : `Google Drive${account}`
}

function governorFor(options: DriveOptions, apiUrl: URL, clock: Clock, { baseMs }: Retry): Governor {
  const known = apiUrl.hostname.endsWith('.googleapis.com') ? KNOWN_UNITS_PER_MINUTE : Number.POSITIVE_INFINITY
  const { unitsPerMinute = known, queriesPerMinute = Number.POSITIVE_INFINITY } = options.limits ?? {}
  return new Governor({ unitsPerMinute, queriesPerMinute }, { clock, baseMs })
}
