import { digest } from './content.js';
import { parseFields, pick } from './fields.js';
import { GETTERS } from './file-resource.js';
const USER = {
    kind: 'leaf',
    displayName: 'leaf',
    me: 'leaf',
    permissionId: 'leaf',
    emailAddress: 'leaf',
    photoLink: 'leaf',
};
export const PERMISSION_SCHEMA = {
    ...Object.fromEntries([
        'kind',
        'id',
        'type',
        'role',
        'emailAddress',
        'domain',
        'displayName',
        'photoLink',
        'allowFileDiscovery',
        'expirationTime',
        'deleted',
        'pendingOwner',
        'view',
        'inheritedPermissionsDisabled',
    ].map((name) => [name, 'leaf'])),
    permissionDetails: 'open',
    teamDrivePermissionDetails: 'open',
};
const NESTED = {
    owners: USER,
    trashingUser: USER,
    sharingUser: USER,
    lastModifyingUser: USER,
    permissions: PERMISSION_SCHEMA,
    shortcutDetails: { targetId: 'leaf', targetMimeType: 'leaf', targetResourceKey: 'leaf' },
    linkShareMetadata: { securityUpdateEligible: 'leaf', securityUpdateEnabled: 'leaf' },
    capabilities: 'open',
    properties: 'open',
    appProperties: 'open',
    exportLinks: 'open',
    contentRestrictions: 'open',
    labelInfo: 'open',
    downloadRestrictions: 'open',
    clientEncryptionDetails: 'open',
    contentHints: 'open',
    imageMediaMetadata: 'open',
    videoMediaMetadata: 'open',
};
export const FILE_SCHEMA = Object.fromEntries(Object.keys(GETTERS).map((name) => [name, NESTED[name] ?? 'leaf']));
/** What a file resource shows if `fields` does not say. */
const DEFAULT_FIELDS = new Map(['kind', 'id', 'name', 'mimeType', 'resourceKey'].map((name) => [name, null]));
/** The mask of a single file answer. */
export function fileMask(fields) {
    return fields === undefined ? DEFAULT_FIELDS : parseFields(fields, FILE_SCHEMA, 'file');
}
const ALGORITHMS = {
    md5Checksum: 'md5',
    sha1Checksum: 'sha1',
    sha256Checksum: 'sha256',
};
const shapes = new WeakMap();
/** The shape for a mask of the file's own fields; null selects the default ones. */
export function fileShape(chosen) {
    const mask = chosen ?? DEFAULT_FIELDS;
    const known = shapes.get(mask);
    if (known)
        return known;
    const shape = compile(mask);
    shapes.set(mask, shape);
    return shape;
}
function compile(mask) {
    const names = mask.has('*') ? Object.keys(GETTERS) : [...mask.keys()];
    const columns = names.flatMap((name) => {
        const get = GETTERS[name];
        return get ? [{ name, get, inner: mask.get(name) ?? null }] : [];
    });
    const algorithms = names.flatMap((name) => ALGORITHMS[name] ?? []);
    return {
        show(item, view) {
            const shown = {};
            for (const { name, get, inner } of columns) {
                const value = get(item, view);
                if (value !== undefined)
                    shown[name] = inner === null ? value : pick(value, inner);
            }
            return shown;
        },
        prepare(items) {
            const waiting = [];
            for (const algorithm of algorithms) {
                for (const { content, checksums } of items) {
                    if (!content || checksums === 'none' || (checksums === 'md5' && algorithm !== 'md5'))
                        continue;
                    const sum = digest(content, algorithm);
                    if (typeof sum !== 'string')
                        waiting.push(sum);
                }
            }
            // A file on disk may be gone by now; then it is shown without a checksum until the next look at the folder.
            return waiting.length === 0 ? undefined : Promise.allSettled(waiting).then(() => undefined);
        },
    };
}
