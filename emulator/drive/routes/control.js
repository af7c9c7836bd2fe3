import { SCOPE } from '../credentials.js';
import { generateServiceAccountKey } from '../service-accounts.js';
import { trueItems } from '../truth.js';
import { drained } from '../write-reply.js';
/**
 * Control of a running emulator from another process, under `/_emulator/`: what was asked of it, faults, mutations, settings, and the
 * truth about every item. Unauthenticated, so the emulator listens on loopback only.
 */
export function controlRoutes(drive) {
    const route = (method, path, handle) => ({
        method,
        pattern: `/_emulator/${path}`,
        name: `control.${path.split('/')[0]}`,
        raw: async (request, response, url) => {
            try {
                answer(response, 200, (await handle(await bodyOf(request), url)) ?? {});
            }
            catch (error) {
                answer(response, 400, { error: error instanceof Error ? error.message : String(error) });
            }
        },
    });
    return [
        route('GET', 'requests', (_body, url) => {
            const { requests } = drive;
            const recent = url.searchParams.has('recent') ? { recent: requests.recent() } : {};
            return { total: requests.total, counts: requests.counts(), ...recent };
        }),
        route('DELETE', 'requests', () => drive.requests.reset()),
        route('GET', 'faults', () => ({ struck: drive.faults.struck, rules: drive.faults.list() })),
        route('POST', 'faults', (body) => {
            for (const rule of asArray(body))
                drive.faults.add(ruleOf(rule));
        }),
        route('DELETE', 'faults', () => drive.faults.clear()),
        route('POST', 'mutations', (body) => asArray(body).map((mutation) => mutate(drive, mutation))),
        route('POST', 'settings', (body) => {
            const settings = body;
            if (settings.latency !== undefined)
                drive.setLatency(settings.latency ?? undefined);
            if (settings.quota !== undefined)
                drive.setQuota(settings.quota ?? undefined);
            if (settings.oldRevisionsReadable !== undefined)
                drive.store.oldRevisionsReadable = settings.oldRevisionsReadable;
        }),
        route('POST', 'tokens/revoke', (body) => {
            const { user } = body;
            drive.tokens.revokeUser(user ?? drive.store.primary.email);
        }),
        route('POST', 'tokens/expire', () => drive.tokens.expireAccessTokens()),
        route('POST', 'service-accounts', (body) => {
            const { name = 'backup', scopes = [SCOPE] } = (body ?? {});
            const key = generateServiceAccountKey(name, `${drive.url}/token`);
            drive.serviceAccounts.register(key, scopes);
            return key;
        }),
        route('GET', 'credentials', () => ({ ...drive.credentials, url: drive.url, secure: drive.secure })),
        {
            method: 'GET',
            pattern: '/_emulator/items',
            name: 'control.items',
            raw: (_request, response, url) => streamItems(drive, response, url.searchParams.get('hash') !== 'false'),
        },
    ];
}
function mutate(drive, mutation) {
    const { store } = drive;
    switch (mutation.do) {
        case 'create': {
            const { do: _do, base64, ...item } = mutation;
            return { id: drive.create({ ...item, ...bytes(base64) }) };
        }
        case 'edit': {
            const { do: _do, id, base64, ...change } = mutation;
            drive.edit(id, { ...change, ...bytes(base64) });
            return { id };
        }
        case 'rename':
            drive.rename(mutation.id, mutation.name);
            return { id: mutation.id };
        case 'move':
            drive.move(mutation.id, mutation.parent === 'root' ? store.primary.rootId : mutation.parent);
            return { id: mutation.id };
        case 'trash':
        case 'restore':
        case 'remove':
            drive[mutation.do](mutation.id);
            return { id: mutation.id };
        case 'touch':
            return { id: store.touch(mutation.id).id };
        case 'share': {
            const { id, email, role = 'reader' } = mutation;
            return { id: store.share(id, { type: 'user', role, emailAddress: email }).id };
        }
        case 'unshare':
            store.unshare(mutation.id, mutation.permissionId);
            return { id: mutation.id };
        case 'comment':
            return { id: store.comment(mutation.id, { content: mutation.content }).id };
        case 'addDrive':
            return { id: store.addDrive(mutation.name).id };
        default:
            // JSON from outside: the types above were only hoped for.
            throw new Error(`unknown mutation: ${JSON.stringify(mutation)}`);
    }
}
function bytes(base64) {
    return base64 === undefined ? {} : { content: Buffer.from(base64, 'base64') };
}
function ruleOf({ match = {}, ...rule }) {
    const { pathPattern, ...same } = match;
    return { ...rule, match: { ...same, ...(pathPattern !== undefined && { path: new RegExp(pathPattern) }) } };
}
function asArray(body) {
    return Array.isArray(body) ? body : [body];
}
async function bodyOf(request) {
    const parts = [];
    for await (const part of request)
        parts.push(part);
    const text = Buffer.concat(parts).toString();
    return text === '' ? {} : JSON.parse(text);
}
function answer(response, status, value) {
    const body = JSON.stringify(value);
    response.writeHead(status, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) });
    response.end(body);
}
/** One item a line, as it is computed. */
async function streamItems(drive, response, hash) {
    response.writeHead(200, { 'Content-Type': 'application/x-ndjson' });
    let lines = '';
    for await (const item of trueItems(drive.store, hash)) {
        if (response.destroyed)
            return;
        lines += `${JSON.stringify(item)}\n`;
        if (lines.length < 64 * 1024)
            continue;
        if (!response.write(lines))
            await drained(response);
        lines = '';
    }
    response.end(lines);
}
