import { forbidden, insufficientFilePermissions, notFound } from './errors.js';
import { kindOf } from './kinds.js';
/**
 * The item that a call names, by id or alias (`root`, `appDataFolder`), if the caller may see it; otherwise Drive's 404, which does
 * not tell whether it exists. `anyDrive` is for methods that know no `supportsAllDrives`: they reach shared drives without it.
 */
export function itemOf(call, store, id = call.params.id ?? '', anyDrive = false) {
    const item = store.get(alias(id, call));
    if (!item || store.roleOf(item, call.user.email) === undefined)
        throw notFound(id);
    if (item.driveId !== null && !anyDrive && !sharedDrivesSupported(call))
        throw notFound(id);
    if (item.resourceKey !== null && needsKey(item, store, call) && !bringsKey(item, call))
        throw notFound(id);
    return item;
}
export function alias(id, { user }) {
    if (id === 'root')
        return user.rootId;
    return id === 'appDataFolder' ? user.appDataId : id;
}
/** The download of a shared-drive file works without the flag; clients that send only `alt=media` depend on it. */
function sharedDrivesSupported(call) {
    const { query } = call;
    return (query.flag('supportsAllDrives') || query.flag('supportsTeamDrives') || query.text('alt')?.toLowerCase() === 'media');
}
/** Items shared by link and never opened need their key; ownership, membership and a grant of one's own do without. */
function needsKey(item, store, call) {
    return item.owner !== call.user.email && item.driveId === null && !store.sharedWith(item, call.user.email);
}
function bringsKey(item, call) {
    const header = call.headers['x-goog-drive-resource-keys'];
    const pairs = (Array.isArray(header) ? header.join(',') : (header ?? '')).split(',');
    return pairs.some((pair) => pair.trim() === `${item.id}/${item.resourceKey}`);
}
/** Refuses callers who may only read. */
export function mustWrite(item, store, call) {
    const role = store.roleOf(item, call.user.email);
    if (role === 'reader' || role === 'commenter' || role === undefined)
        throw insufficientFilePermissions();
}
/** Refuses what Drive refuses to hand out as bytes, with its reasons in its order. */
export function mustDownload(item, store, call) {
    if (kindOf(item.mimeType) !== 'blob') {
        const message = 'Only files with binary content can be downloaded. Use Export with Docs Editors files.';
        throw forbidden('fileNotDownloadable', message, 'alt');
    }
    if (!item.canDownload)
        throw forbidden('cannotDownloadFile', 'This file cannot be downloaded by the user.');
    if (item.downloadQuotaExceeded) {
        throw forbidden('downloadQuotaExceeded', 'The download quota for this file has been exceeded.');
    }
    const acknowledges = call.query.flag('acknowledgeAbuse');
    if (!item.abusive)
        return;
    const role = store.roleOf(item, call.user.email);
    if (acknowledges && role !== 'owner' && role !== 'organizer')
        throw invalidAbuseAcknowledgment();
    if (!acknowledges) {
        const message = 'This file has been identified as malware or spam and cannot be downloaded.';
        throw forbidden('cannotDownloadAbusiveFile', message);
    }
}
export function invalidAbuseAcknowledgment() {
    const message = 'The acknowledgeAbuse parameter is only applicable for download requests.';
    return forbidden('invalidAbuseAcknowledgment', message, 'acknowledgeAbuse');
}
