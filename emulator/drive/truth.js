import { digest } from './content.js';
import { EXPORT_FORMATS, kindOf } from './kinds.js';
/** Every item but the roots, one after the other; checksums are computed on the way unless `hash` is false. */
export async function* trueItems(store, hash = true) {
    for (const item of store.items())
        if (!store.isRoot(item))
            yield await trueItem(item, store, hash);
}
async function trueItem(item, store, hash) {
    const { content } = item;
    const sum = async (algorithm) => content && hash ? await digest(content, algorithm) : null;
    return {
        id: item.id,
        name: item.name,
        path: pathOf(item, store),
        parents: item.parents,
        kind: kindOf(item.mimeType),
        mimeType: item.mimeType,
        owner: item.owner,
        driveId: item.driveId,
        size: content?.size ?? null,
        md5: await sum('md5'),
        sha256: await sum('sha256'),
        headRevisionId: item.headRevisionId,
        checksums: item.checksums,
        trashed: store.isTrashed(item),
        explicitlyTrashed: item.explicitlyTrashed,
        createdTime: new Date(item.createdTime).toISOString(),
        modifiedTime: new Date(item.modifiedTime).toISOString(),
        version: item.version,
        canDownload: item.canDownload,
        abusive: item.abusive,
        exportFormats: EXPORT_FORMATS[item.mimeType] ?? [],
        shortcutTarget: item.shortcut?.targetId ?? null,
    };
}
/** The names of the folders the item is in, by its first parent, and its own. */
export function pathOf(item, store) {
    const names = [];
    const seen = new Set();
    for (let at = item; at && !store.isRoot(at) && !seen.has(at.id);) {
        seen.add(at.id);
        names.unshift(at.name);
        at = at.parents[0] === undefined ? undefined : store.get(at.parents[0]);
    }
    return names;
}
