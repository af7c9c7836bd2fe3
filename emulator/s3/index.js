import { createServer } from 'node:http';
import { Users } from './auth/users.js';
import { CONTROL_PATH, serveControl } from './control.js';
import { AWS_HABITS, AWS_LIMITS } from './habits.js';
import { Inspector } from './inspect.js';
import { isBucketName } from './operations/buckets.js';
import { RequestLog } from './request-log.js';
import { createHandler } from './serve.js';
import { Buckets } from './storage/buckets.js';
import { Faults } from './wire/faults.js';
/** What a server accepts unless told otherwise. */
export const DEFAULT_CREDENTIALS = {
    accessKeyId: 'AKIAEMULATOR00000000',
    secretAccessKey: 'emulator-secret-access-key-for-tests-only',
};
/**
 * Starts an S3 server on the loopback address. It is strict where AWS is: whatever it accepts, it has checked, and
 * what it does not know it refuses.
 */
export async function startS3(options = {}) {
    const now = options.now ?? Date.now;
    const credentials = options.credentials ?? DEFAULT_CREDENTIALS;
    const region = options.region ?? 'us-east-1';
    const users = new Users();
    users.add(credentials);
    const buckets = new Buckets(options.storage ?? 'memory', now);
    const habits = { ...AWS_HABITS, ...options.habits };
    const limits = { ...AWS_LIMITS, ...options.limits };
    const service = { buckets, habits, limits, region, opaqueEtags: options.opaqueEtags ?? false, now };
    const inspector = new Inspector(buckets);
    const faults = new Faults();
    const requests = new RequestLog();
    const handle = createHandler({ service, users, faults, requests, latency: () => running.latencyMs });
    const http = createServer({ requestTimeout: 0, noDelay: true, keepAliveTimeout: 60_000, maxHeaderSize: 64 * 1024 });
    http.on('request', (request, response) => {
        if (request.url?.startsWith(CONTROL_PATH))
            serveControl(running, request, response);
        else
            handle(request, response);
    });
    http.on('checkContinue', handle);
    await new Promise((resolve, reject) => {
        http.once('error', reject);
        http.listen(options.port ?? 0, '127.0.0.1', resolve);
    });
    const { port } = http.address();
    const running = {
        url: `http://127.0.0.1:${port}`,
        port,
        region,
        credentials,
        users,
        faults,
        requests,
        habits,
        limits,
        latencyMs: options.latencyMs ?? 0,
        createBucket(name, { versioning = false, objectLock = false } = {}) {
            if (!isBucketName(name) || buckets.has(name))
                throw new Error(`cannot make a bucket ${JSON.stringify(name)}`);
            const settings = versioning || objectLock ? { versioning: 'enabled', objectLock } : {};
            buckets.create(name, settings);
        },
        bucketNames: () => buckets.all().map(({ name }) => name),
        async objects(bucket, selection) {
            const found = [];
            for await (const object of inspector.objects(bucket, selection))
                found.push(object);
            return found;
        },
        eachObject: (bucket, selection) => inspector.objects(bucket, selection),
        body: (bucket, key, versionId) => inspector.body(bucket, key, versionId),
        uploads: (bucket) => inspector.uploads(bucket),
        corrupt: (bucket, key) => inspector.corrupt(bucket, key),
        async close() {
            const closed = new Promise((resolve) => http.close(resolve));
            http.closeAllConnections();
            await closed;
            buckets.close();
        },
        [Symbol.asyncDispose]: () => running.close(),
    };
    for (const name of options.buckets ?? []) {
        if (!buckets.has(name))
            running.createBucket(name, { versioning: options.versioning ?? false });
    }
    return running;
}
