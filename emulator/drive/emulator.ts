import type { Faults } from './faults/faults.ts'
import type { ServedFolder } from './folder/folder.ts'
import type { QuotaOptions } from './http/quota.ts'
import type { RequestLog } from './http/request-log.ts'
import type { Secure } from './http/secure.ts'
import type { DriveServer, Latency } from './http/server.ts'
import type { Credentials } from './oauth/credentials.ts'
import type { ServiceAccounts } from './oauth/service-accounts.ts'
import type { TokenRegistry } from './oauth/tokens.ts'
import type { Operations } from './operations.ts'
import type { Item } from './store/item.ts'
import type { DriveStore, NewContent, NewItem } from './store/store.ts'

/** A running emulator. Mutations appear in change logs and push messages at once; ids that do not exist throw. */
export interface DriveEmulator extends AsyncDisposable {
  /** `http://127.0.0.1:<port>` */
  readonly url: string
  /** With `https`: the same over TLS, the proxy, and the CA to trust. */
  readonly secure: Secure | undefined
  readonly store: DriveStore
  readonly faults: Faults
  readonly requests: RequestLog
  readonly tokens: TokenRegistry
  readonly credentials: Credentials
  readonly serviceAccounts: ServiceAccounts
  /** For settings that may change while it runs. */
  readonly server: DriveServer
  readonly operations: Operations
  /** With `folder`. */
  readonly folder: ServedFolder | undefined

  /** Creates an item (default: a blob in the root of the first user) and gives its id. */
  create(item: NewItem): string
  /** Gives a file new bytes: text or Buffer, or a size for seeded ones. */
  edit(id: string, content: string | Buffer | (NewContent & { modifiedTime?: number })): void
  rename(id: string, name: string): void
  /** Takes the item out of its folders and puts it into another. */
  move(id: string, parent: string): void
  trash(id: string): void
  restore(id: string): void
  /** Deletes for good, with everything below a folder. */
  remove(id: string): void
  /** Gives an account (default: the first) another address. Its id, root, files, feed and tokens stay. */
  changeAddress(to: string, from?: string): void
  /** The bytes of a blob as Drive would serve them now. */
  content(id: string): Promise<Buffer>
  item(id: string): Item
  /** The one item of this name. Throws if there is none, or more. */
  find(name: string): Item
  /** An access token of this account (default: the first) with these scopes (default: full access). */
  accessToken(email?: string, scopes?: readonly string[]): string
  /** Runs `action` when the bytes of this file are next asked for, before any is sent. */
  onceRead(id: string, action: () => void): void
  setLatency(latency: Latency | undefined): void
  setQuota(quota: QuotaOptions | undefined): void
}
