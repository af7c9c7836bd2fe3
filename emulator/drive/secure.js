import { createServer } from 'node:https';
import { startProxy } from './proxy.js';
import { makeCertificates } from './tls.js';
/** Serves the same emulator over TLS, on an address of its own and behind a proxy that stands in for Google's hosts. */
export async function startSecure(handle, ports = {}) {
    const { ca, cert, key } = await makeCertificates();
    const server = createServer({ cert, key, keepAliveTimeout: 600_000, requestTimeout: 0, headersTimeout: 0 }, handle);
    await new Promise((resolve, reject) => {
        server.once('error', reject);
        server.listen(ports.https ?? 0, '127.0.0.1', resolve);
    });
    const proxy = await startProxy(server, ports.proxy);
    return {
        url: `https://127.0.0.1:${server.address().port}`,
        proxyUrl: proxy.url,
        ca,
        async close() {
            await proxy.close();
            await new Promise((resolve) => {
                server.close(() => resolve());
                server.closeAllConnections();
            });
        },
    };
}
