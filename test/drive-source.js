import { createDriveSource } from '../src/drive/source.js';
/** A source that reads an emulated Drive, with pauses short enough for tests. */
export function sourceFor(drive, more = {}) {
    const { clientId, clientSecret, refreshToken } = drive.credentials;
    return createDriveSource({
        apiUrl: drive.url,
        tokenUrl: `${drive.url}/token`,
        credentials: { clientId, clientSecret, refreshToken },
        retryBaseMs: 2,
        ...more,
    });
}
export async function scanAll(source, signal) {
    const items = [];
    for await (const page of source.scan(null, signal))
        items.push(...page.items);
    return items;
}
export async function changesSince(source, cursor, signal) {
    const found = [];
    for await (const page of source.changes(cursor, signal))
        found.push(...page.changes);
    return found;
}
/** The one item of this name, as the source reads it. */
export async function itemNamed(source, drive, name, signal) {
    const item = await source.get(drive.find(name).id, signal);
    if (item === null)
        throw new Error(`${name} is not there`);
    return item;
}
export async function bytesOf(body) {
    const pieces = [];
    for await (const piece of body)
        pieces.push(piece);
    return Buffer.concat(pieces);
}
