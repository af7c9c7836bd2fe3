import { S3Error } from '../errors.js';
import { lowerBound } from '../storage/key-order.js';
import { tag } from '../xml.js';
/** One page over sorted keys, those that share a prefix up to the delimiter folded into one entry. */
export function walk(keys, options) {
    const { prefix, delimiter, max, visible } = options;
    const entries = [];
    let last = null;
    let at = firstIndex(keys, options);
    while (at < keys.length && max > 0) {
        const key = keys[at];
        if (!key.startsWith(prefix))
            break;
        const value = visible(key);
        if (value === undefined) {
            at++;
            continue;
        }
        if (entries.length === max)
            return { entries, next: last };
        const common = commonPrefix(key, prefix, delimiter);
        if (common === null) {
            entries.push({ kind: 'value', value });
            last = key;
            at++;
        }
        else {
            entries.push({ kind: 'prefix', prefix: common });
            last = common;
            at = behindPrefix(keys, common, options.compare);
        }
    }
    return { entries, next: null };
}
/** `key` up to and with the first delimiter behind `prefix`; null where it has none. */
export function commonPrefix(key, prefix, delimiter) {
    if (delimiter === '')
        return null;
    const found = key.indexOf(delimiter, prefix.length);
    return found === -1 ? null : key.slice(0, found + delimiter.length);
}
function firstIndex(keys, { compare, prefix, delimiter, after }) {
    if (after === '')
        return lowerBound(keys, (key) => compare(key, prefix) < 0);
    // A page that ended with a common prefix goes on behind all keys below it.
    if (after.startsWith(prefix) && commonPrefix(after, prefix, delimiter) === after) {
        return behindPrefix(keys, after, compare);
    }
    return lowerBound(keys, (key) => compare(key, prefix) < 0 || compare(key, after) <= 0);
}
function behindPrefix(keys, prefix, compare) {
    return lowerBound(keys, (key) => compare(key, prefix) < 0 || key.startsWith(prefix));
}
export function listingText(request) {
    const type = request.query.get('encoding-type');
    if (type === undefined || type === '')
        return { encode: (key) => key, encodingType: '' };
    if (type !== 'url')
        throw new S3Error('InvalidArgument', 'Invalid Encoding Method specified in Request');
    return { encode: encodeForm, encodingType: tag('EncodingType', 'url') };
}
function encodeForm(key) {
    if (/^[\w.\-*/]*$/.test(key))
        return key;
    return encodeURIComponent(key)
        .replace(/[!'()~]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
        .replaceAll('%2F', '/')
        .replaceAll('%20', '+');
}
