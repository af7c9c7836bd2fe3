import { DATA_SETS, type DataSetName, type DataSetSize, fillDataSet } from './datasets/data-sets.ts'
import type { DriveEmulator } from './emulator.ts'
import { Faults } from './faults/faults.ts'
import { type FolderOptions, type ServedFolder, serveFolder } from './folder/folder.ts'
import { Quota, type QuotaOptions } from './http/quota.ts'
import { RequestLog } from './http/request-log.ts'
import { startSecure } from './http/secure.ts'
import { DriveServer, type Latency, listen } from './http/server.ts'
import { authenticator, prepareTokens, SCOPE } from './oauth/credentials.ts'
import { oauthRoutes } from './oauth/oauth.ts'
import { ServiceAccounts } from './oauth/service-accounts.ts'
import { Operations } from './operations.ts'
import type { Parts } from './parts.ts'
import { PushChannels } from './push.ts'
import { aboutRoutes } from './routes/about.ts'
import { batchRoutes } from './routes/batch.ts'
import { changeRoutes } from './routes/changes.ts'
import { commentRoutes } from './routes/comments.ts'
import { controlRoutes } from './routes/control.ts'
import { driveRoutes } from './routes/drives.ts'
import { exportRoutes } from './routes/export.ts'
import { fileRoutes } from './routes/files.ts'
import { modifyRoutes } from './routes/modify.ts'
import { permissionRoutes } from './routes/permissions.ts'
import { revisionRoutes } from './routes/revisions.ts'
import { bytesOf } from './store/content.ts'
import { DriveStore } from './store/store.ts'
import { trueItems } from './store/truth.ts'
import { Sessions } from './uploads/session.ts'
import { uploadRoutes } from './uploads/uploads.ts'

export type { DriveEmulator } from './emulator.ts'

export interface DriveOptions {
  /** Default `empty`. */
  dataSet?: DataSetName
  /** How many, how big; see the data set. */
  size?: DataSetSize
  /** Files in the root: name → text or bytes. */
  files?: Readonly<Record<string, string | Buffer>>
  /** A real folder to serve as the first user's My Drive. */
  folder?: string | ({ path: string } & FolderOptions)
  seed?: number
  /** E-mails; the first one owns the data set. Default `owner@example.com`. */
  users?: readonly string[]
  /** Default 0: any free port of 127.0.0.1. */
  port?: number
  quota?: QuotaOptions
  latency?: Latency
  /** Unix ms; default the real time. */
  now?: () => number
  /** Computes all checksums before it is ready, so that the first listing is as quick as the others. */
  warm?: boolean
  /** Takes any bearer for the first user's. */
  anyBearer?: boolean
  /** Serves over TLS as well, and behind a proxy that stands in for Google's hosts. */
  https?: boolean | { https?: number; proxy?: number }
}

/** Starts Google Drive on a port of its own. `await using drive = await startDrive({ dataSet: 'small' })` */
export async function startDrive(options: DriveOptions = {}): Promise<DriveEmulator> {
  const { seed = 1, users = ['owner@example.com'], now = Date.now } = options
  const dataSet = options.dataSet ?? 'empty'
  const size = options.size ?? {}
  const source = DATA_SETS[dataSet].source?.(seed, users[0] ?? '', size)
  const store = new DriveStore({ seed, users, now, ...(source && { source }) })
  fillDataSet(store, dataSet, seed, size)
  store.load(() => {
    for (const [name, content] of Object.entries(options.files ?? {})) store.create({ name, content })
  })

  const folder = await served(store, options.folder)

  if (options.warm) for await (const _ of trueItems(store));

  const { tokens, credentials } = prepareTokens(store)
  const faults = new Faults(seed)
  const requests = new RequestLog()
  const server = new DriveServer({
    authenticate: authenticator(store, tokens, options.anyBearer ?? false),
    faults,
    requests,
    now,
    latency: options.latency,
    quota: options.quota && new Quota(options.quota, now),
  })
  const listener = await listen(server.handle, options.port)
  const push = new PushChannels(now)
  const operations = new Operations()
  const parts: Parts = { store, push, operations, origin: () => listener.url }
  const serviceAccounts = new ServiceAccounts()
  server.add([
    ...fileRoutes(parts),
    ...modifyRoutes(parts),
    ...uploadRoutes({ ...parts, sessions: new Sessions(now) }),
    ...revisionRoutes(parts),
    ...exportRoutes(parts),
    ...permissionRoutes(parts),
    ...commentRoutes(parts),
    ...changeRoutes(parts),
    ...driveRoutes(parts),
    ...aboutRoutes(parts),
    ...batchRoutes((incoming) => server.perform(incoming), parts.origin),
    ...oauthRoutes({ tokens, serviceAccounts, accounts: () => [...store.users.values()] }),
  ])
  const ports = typeof options.https === 'object' ? options.https : {}
  const secure = options.https ? await startSecure(server.handle, ports) : undefined

  const drive: DriveEmulator = {
    url: listener.url,
    secure,
    store,
    faults,
    requests,
    tokens,
    credentials,
    serviceAccounts,
    server,
    operations,
    folder,
    create: (item) => store.create(item).id,
    edit(id, content) {
      store.edit(id, typeof content === 'string' || Buffer.isBuffer(content) ? { content } : content)
    },
    rename: (id, name) => void store.rename(id, name),
    move: (id, parent) => void store.move(id, parent),
    trash: (id) => void store.trash(id),
    restore: (id) => void store.restore(id),
    remove: (id) => store.remove(id),
    changeAddress(to, from = store.primary.email) {
      store.changeAddress(from, to)
      tokens.renameUser(from, to)
    },
    async content(id) {
      const { content } = store.must(id)
      if (!content) throw new Error(`no bytes: ${id} is not a blob`)
      return bytesOf(content)
    },
    item: (id) => store.must(id),
    find(name) {
      const found = [...store.items()].filter((item) => item.name === name)
      const [only] = found
      if (!only || found.length > 1) throw new Error(`${found.length} items are named ${JSON.stringify(name)}`)
      return only
    },
    accessToken(email = store.primary.email, scopes = [SCOPE]) {
      return tokens.issueAccess({ user: email, clientId: credentials.clientId, scopes: new Set(scopes) }).token
    },
    onceRead(id, action) {
      const forget = faults.add({
        match: { name: 'files.media', fileId: id },
        fault: () => {
          forget()
          action()
          return undefined
        },
      })
    },
    setLatency(latency) {
      server.latency = latency
    },
    setQuota(quota) {
      server.quota = quota && new Quota(quota, now)
    },
    async [Symbol.asyncDispose]() {
      push.close()
      await folder?.[Symbol.asyncDispose]()
      await secure?.close()
      await listener.close()
    },
  }
  server.add(controlRoutes(drive))
  return drive
}

async function served(store: DriveStore, folder: DriveOptions['folder']): Promise<ServedFolder | undefined> {
  if (folder === undefined) return undefined
  return typeof folder === 'string' ? serveFolder(store, folder) : serveFolder(store, folder.path, folder)
}
