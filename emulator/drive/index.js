import { bytesOf } from './content.js';
import { authenticator, prepareTokens, SCOPE } from './credentials.js';
import { DATA_SETS, fillDataSet } from './datasets/data-sets.js';
import { Faults } from './faults.js';
import { serveFolder } from './folder.js';
import { oauthRoutes } from './oauth.js';
import { Operations } from './operations.js';
import { PushChannels } from './push.js';
import { Quota } from './quota.js';
import { RequestLog } from './request-log.js';
import { aboutRoutes } from './routes/about.js';
import { batchRoutes } from './routes/batch.js';
import { changeRoutes } from './routes/changes.js';
import { commentRoutes } from './routes/comments.js';
import { controlRoutes } from './routes/control.js';
import { driveRoutes } from './routes/drives.js';
import { exportRoutes } from './routes/export.js';
import { fileRoutes } from './routes/files.js';
import { modifyRoutes } from './routes/modify.js';
import { permissionRoutes } from './routes/permissions.js';
import { revisionRoutes } from './routes/revisions.js';
import { startSecure } from './secure.js';
import { DriveServer, listen } from './server.js';
import { ServiceAccounts } from './service-accounts.js';
import { DriveStore } from './store.js';
import { trueItems } from './truth.js';
import { Sessions } from './uploads/session.js';
import { uploadRoutes } from './uploads.js';
/** Starts Google Drive on a port of its own. `await using drive = await startDrive({ dataSet: 'small' })` */
export async function startDrive(options = {}) {
    const { seed = 1, users = ['owner@example.com'], now = Date.now } = options;
    const dataSet = options.dataSet ?? 'empty';
    const size = options.size ?? {};
    const source = DATA_SETS[dataSet].source?.(seed, users[0] ?? '', size);
    const store = new DriveStore({ seed, users, now, ...(source && { source }) });
    fillDataSet(store, dataSet, seed, size);
    store.load(() => {
        for (const [name, content] of Object.entries(options.files ?? {}))
            store.create({ name, content });
    });
    const folder = await served(store, options.folder);
    if (options.warm)
        for await (const _ of trueItems(store))
            ;
    const { tokens, credentials } = prepareTokens(store);
    const faults = new Faults(seed);
    const requests = new RequestLog();
    const server = new DriveServer({
        authenticate: authenticator(store, tokens, options.anyBearer ?? false),
        faults,
        requests,
        now,
        latency: options.latency,
        quota: options.quota && new Quota(options.quota, now),
    });
    const listener = await listen(server.handle, options.port);
    const push = new PushChannels(now);
    const operations = new Operations();
    const parts = { store, push, operations, origin: () => listener.url };
    const serviceAccounts = new ServiceAccounts();
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
    ]);
    const ports = typeof options.https === 'object' ? options.https : {};
    const secure = options.https ? await startSecure(server.handle, ports) : undefined;
    const drive = {
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
            store.edit(id, typeof content === 'string' || Buffer.isBuffer(content) ? { content } : content);
        },
        rename: (id, name) => void store.rename(id, name),
        move: (id, parent) => void store.move(id, parent),
        trash: (id) => void store.trash(id),
        restore: (id) => void store.restore(id),
        remove: (id) => store.remove(id),
        async content(id) {
            const { content } = store.must(id);
            if (!content)
                throw new Error(`no bytes: ${id} is not a blob`);
            return bytesOf(content);
        },
        item: (id) => store.must(id),
        find(name) {
            const found = [...store.items()].filter((item) => item.name === name);
            const [only] = found;
            if (!only || found.length > 1)
                throw new Error(`${found.length} items are named ${JSON.stringify(name)}`);
            return only;
        },
        accessToken(email = store.primary.email, scopes = [SCOPE]) {
            return tokens.issueAccess({ user: email, clientId: credentials.clientId, scopes: new Set(scopes) }).token;
        },
        onceRead(id, action) {
            const forget = faults.add({
                match: { name: 'files.media', fileId: id },
                fault: () => {
                    forget();
                    action();
                    return undefined;
                },
            });
        },
        setLatency(latency) {
            server.latency = latency;
        },
        setQuota(quota) {
            server.quota = quota && new Quota(quota, now);
        },
        async [Symbol.asyncDispose]() {
            push.close();
            await folder?.[Symbol.asyncDispose]();
            await secure?.close();
            await listener.close();
        },
    };
    server.add(controlRoutes(drive));
    return drive;
}
async function served(store, folder) {
    if (folder === undefined)
        return undefined;
    return typeof folder === 'string' ? serveFolder(store, folder) : serveFolder(store, folder.path, folder);
}
