import type { IncomingMessage, ServerResponse } from 'node:http'
import type { DriveEmulator } from '../emulator.ts'
import type { Fault, FaultRule } from '../faults/faults.ts'
import type { RawRoute } from '../http/call.ts'
import type { QuotaOptions } from '../http/quota.ts'
import { drained } from '../http/write-reply.ts'
import { SCOPE } from '../oauth/credentials.ts'
import { generateServiceAccountKey } from '../oauth/service-accounts.ts'
import type { NewContent, NewItem } from '../store/store.ts'
import { trueItems } from '../store/truth.ts'

/** A mutation as JSON. `content` is text; `base64` says otherwise. */
type Mutation =
  | ({ do: 'create'; base64?: string } & NewItem)
  | ({ do: 'edit'; id: string; base64?: string; modifiedTime?: number } & NewContent)
  | { do: 'rename'; id: string; name: string }
  | { do: 'move'; id: string; parent: string }
  | { do: 'trash' | 'restore' | 'remove' | 'touch'; id: string }
  | { do: 'share'; id: string; email: string; role?: 'reader' | 'writer' }
  | { do: 'unshare'; id: string; permissionId: string }
  | { do: 'comment'; id: string; content: string }
  | { do: 'addDrive'; name: string }
  | { do: 'changeAddress'; to: string; from?: string }

type JsonRule = Omit<FaultRule, 'fault' | 'match'> & {
  fault: Fault
  match?: { method?: string; name?: string | string[]; path?: string; pathPattern?: string; fileId?: string }
}

/**
 * Control of a running emulator from another process, under `/_emulator/`: what was asked of it, faults, mutations, settings, and the
 * truth about every item. Unauthenticated, so the emulator listens on loopback only.
 */
export function controlRoutes(drive: DriveEmulator): RawRoute[] {
  const route = (method: RawRoute['method'], path: string, handle: (body: unknown, url: URL) => unknown): RawRoute => ({
    method,
    pattern: `/_emulator/${path}`,
    name: `control.${path.split('/')[0]}`,
    raw: async (request, response, url) => {
      try {
        answer(response, 200, (await handle(await bodyOf(request), url)) ?? {})
      } catch (error) {
        answer(response, 400, { error: error instanceof Error ? error.message : String(error) })
      }
    },
  })
  return [
    route('GET', 'requests', (_body, url) => {
      const { requests } = drive
      const recent = url.searchParams.has('recent') ? { recent: requests.recent() } : {}
      return { total: requests.total, counts: requests.counts(), ...recent }
    }),
    route('DELETE', 'requests', () => drive.requests.reset()),
    route('GET', 'faults', () => ({ struck: drive.faults.struck, rules: drive.faults.list() })),
    route('POST', 'faults', (body) => {
      for (const rule of asArray<JsonRule>(body)) drive.faults.add(ruleOf(rule))
    }),
    route('DELETE', 'faults', () => drive.faults.clear()),
    route('POST', 'mutations', (body) => asArray<Mutation>(body).map((mutation) => mutate(drive, mutation))),
    route('POST', 'settings', (body) => {
      const settings = body as { latency?: number | null; quota?: QuotaOptions | null; oldRevisionsReadable?: boolean }
      if (settings.latency !== undefined) drive.setLatency(settings.latency ?? undefined)
      if (settings.quota !== undefined) drive.setQuota(settings.quota ?? undefined)
      if (settings.oldRevisionsReadable !== undefined) drive.store.oldRevisionsReadable = settings.oldRevisionsReadable
    }),
    route('POST', 'tokens/revoke', (body) => {
      const { user } = body as { user?: string }
      drive.tokens.revokeUser(user ?? drive.store.primary.email)
    }),
    route('POST', 'tokens/expire', () => drive.tokens.expireAccessTokens()),
    route('POST', 'service-accounts', (body) => {
      const { name = 'backup', scopes = [SCOPE] } = (body ?? {}) as { name?: string; scopes?: string[] }
      const key = generateServiceAccountKey(name, `${drive.url}/token`)
      drive.serviceAccounts.register(key, scopes)
      return key
    }),
    route('GET', 'credentials', () => ({ ...drive.credentials, url: drive.url, secure: drive.secure })),
    route('GET', 'folder', () => drive.folder && { path: drive.folder.path, leftOut: drive.folder.leftOut }),
    {
      method: 'GET',
      pattern: '/_emulator/items',
      name: 'control.items',
      raw: (_request, response, url) => streamItems(drive, response, url.searchParams.get('hash') !== 'false'),
    },
  ]
}

function mutate(drive: DriveEmulator, mutation: Mutation): { id: string } {
  const { store } = drive
  switch (mutation.do) {
    case 'create': {
      const { do: _do, base64, ...item } = mutation
      return { id: drive.create({ ...item, ...bytes(base64) }) }
    }
    case 'edit': {
      const { do: _do, id, base64, ...change } = mutation
      drive.edit(id, { ...change, ...bytes(base64) })
      return { id }
    }
    case 'rename':
      drive.rename(mutation.id, mutation.name)
      return { id: mutation.id }
    case 'move':
      drive.move(mutation.id, mutation.parent === 'root' ? store.primary.rootId : mutation.parent)
      return { id: mutation.id }
    case 'trash':
    case 'restore':
    case 'remove':
      drive[mutation.do](mutation.id)
      return { id: mutation.id }
    case 'touch':
      return { id: store.touch(mutation.id).id }
    case 'share': {
      const { id, email, role = 'reader' } = mutation
      return { id: store.share(id, { type: 'user', role, emailAddress: email }).id }
    }
    case 'unshare':
      store.unshare(mutation.id, mutation.permissionId)
      return { id: mutation.id }
    case 'comment':
      return { id: store.comment(mutation.id, { content: mutation.content }).id }
    case 'addDrive':
      return { id: store.addDrive(mutation.name).id }
    case 'changeAddress':
      drive.changeAddress(mutation.to, mutation.from)
      return { id: store.users.get(mutation.to)?.permissionId ?? '' }
    default:
      // JSON from outside: the types above were only hoped for.
      throw new Error(`unknown mutation: ${JSON.stringify(mutation)}`)
  }
}

function bytes(base64: string | undefined): { content?: Buffer } {
  return base64 === undefined ? {} : { content: Buffer.from(base64, 'base64') }
}

function ruleOf({ match = {}, ...rule }: JsonRule): FaultRule {
  const { pathPattern, ...same } = match
  return { ...rule, match: { ...same, ...(pathPattern !== undefined && { path: new RegExp(pathPattern) }) } }
}

function asArray<T>(body: unknown): T[] {
  return Array.isArray(body) ? body : [body as T]
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const parts: Buffer[] = []
  for await (const part of request as AsyncIterable<Buffer>) parts.push(part)
  const text = Buffer.concat(parts).toString()
  return text === '' ? {} : JSON.parse(text)
}

function answer(response: ServerResponse, status: number, value: unknown): void {
  const body = JSON.stringify(value)
  response.writeHead(status, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) })
  response.end(body)
}

/** One item a line, as it is computed. */
async function streamItems(drive: DriveEmulator, response: ServerResponse, hash: boolean): Promise<void> {
  response.writeHead(200, { 'Content-Type': 'application/x-ndjson' })
  let lines = ''
  for await (const item of trueItems(drive.store, hash)) {
    if (response.destroyed) return
    lines += `${JSON.stringify(item)}\n`
    if (lines.length < 64 * 1024) continue
    if (!response.write(lines)) await drained(response)
    lines = ''
  }
  response.end(lines)
}
