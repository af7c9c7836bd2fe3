import { createServer } from 'node:net';
/** Below the ports that systems hand out by themselves, so that nobody is given one between the look and its use. */
const LOWEST = 20_000;
const HIGHEST = 32_000;
const TRIES = 100;
/** Loopback ports on which nobody listens, for servers that cannot choose their own. */
export async function freePorts(count) {
    const found = new Set();
    for (let i = 0; i < TRIES && found.size < count; i++) {
        const port = LOWEST + Math.floor(Math.random() * (HIGHEST - LOWEST));
        if (await isFree(port))
            found.add(port);
    }
    if (found.size < count)
        throw new Error(`no ${count} free ports between ${LOWEST} and ${HIGHEST}`);
    return [...found];
}
function isFree(port) {
    return new Promise((resolve) => {
        const server = createServer();
        server.once('error', () => resolve(false));
        server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
    });
}
