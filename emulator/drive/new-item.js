import { explicit, seeded } from './content.js';
import { kindOf, mimeTypeOf, SHORTCUT } from './kinds.js';
import { idFrom } from './random.js';
/** The id of a user's My Drive root. */
export function rootIdOf(seed, email) {
    return idFrom(`${seed}:root:${email}`, '0A', 17).concat('Uk9PVA');
}
/** Every field of an item at its usual value; spread it and fill in the rest, so that all items have one shape. */
export const BLANK = {
    name: '',
    version: 1,
    explicitlyTrashed: false,
    trashedTime: null,
    starred: false,
    content: null,
    headRevisionId: null,
    originalFilename: null,
    nativeSize: 1024,
    exportSize: null,
    exports: null,
    shortcut: null,
    keepForever: false,
    checksums: 'all',
    canDownload: true,
    abusive: false,
    downloadQuotaExceeded: false,
    resourceKey: null,
    description: null,
    folderColor: null,
    properties: null,
    appProperties: null,
    copyRequiresWriterPermission: false,
    writersCanShare: true,
};
/** The head of a blob as a revision. */
export function headRevision(item, id) {
    return {
        id,
        content: item.content,
        mimeType: item.mimeType,
        modifiedTime: item.modifiedTime,
        originalFilename: item.originalFilename ?? item.name,
        keepForever: item.keepForever,
    };
}
export function revisionId(id, revision) {
    return idFrom(`${id}:revision:${revision}`, '0B', 51);
}
export function newContent(spec, seed) {
    if (spec.content !== undefined)
        return explicit(spec.content);
    if (spec.like)
        return spec.like;
    if (spec.disk !== undefined)
        return { from: 'disk', path: spec.disk, size: spec.size ?? 0 };
    return seeded(seed, spec.size ?? 0);
}
/** The item that a description makes. */
export function makeItem(spec, place) {
    const { now, targetMimeType, ...placed } = place;
    const { id } = place;
    const mimeType = spec.target !== undefined ? SHORTCUT : (spec.mimeType ?? mimeTypeOf(spec.name));
    const blob = kindOf(mimeType) === 'blob';
    const trashed = spec.trashed ?? false;
    return {
        ...BLANK,
        ...placed,
        name: spec.name,
        mimeType,
        createdTime: spec.createdTime ?? now,
        modifiedTime: spec.modifiedTime ?? now,
        explicitlyTrashed: trashed,
        trashedTime: trashed ? now : null,
        starred: spec.starred ?? false,
        content: blob ? newContent(spec, `${id}/1`) : null,
        headRevisionId: blob ? revisionId(id, 1) : null,
        originalFilename: blob ? (spec.originalFilename ?? spec.name) : null,
        nativeSize: spec.nativeSize ?? 1024,
        exportSize: spec.exportSize ?? null,
        exports: spec.exports ?? null,
        shortcut: spec.target === undefined
            ? null
            : {
                targetId: spec.target,
                targetMimeType: targetMimeType ?? 'application/octet-stream',
            },
        revisions: [],
        keepForever: spec.keepForever ?? false,
        permissions: spec.permissions ? [...spec.permissions] : [],
        comments: [],
        checksums: spec.checksums ?? 'all',
        canDownload: spec.canDownload ?? true,
        abusive: spec.abusive ?? false,
        downloadQuotaExceeded: spec.downloadQuotaExceeded ?? false,
        resourceKey: spec.resourceKey ?? null,
        description: spec.description ?? null,
        folderColor: spec.folderColor ?? null,
        properties: spec.properties ?? null,
        appProperties: spec.appProperties ?? null,
        copyRequiresWriterPermission: spec.copyRequiresWriterPermission ?? false,
        writersCanShare: spec.writersCanShare ?? true,
    };
}
