import { S3Error } from './errors.js';
const NO_PAIRS = [];
const NO_QUERY = new Map();
const VIRTUAL_HOST = /^([a-z0-9][a-z0-9.-]*)\.localhost(?::\d+)?$/i;
/** Takes a request's address apart, in path style, or in virtual-host style where Host is `<bucket>.localhost`. */
export function parseRequest(http) {
    const url = http.url ?? '/';
    const mark = url.indexOf('?');
    const rawPath = mark === -1 ? url : url.slice(0, mark);
    const queryPairs = mark === -1 ? NO_PAIRS : parseQuery(url.slice(mark + 1));
    const hostBucket = VIRTUAL_HOST.exec(http.headers.host ?? '')?.[1];
    const path = decode(rawPath.slice(1));
    const slash = hostBucket === undefined ? path.indexOf('/') : -1;
    const bucket = hostBucket ?? (slash === -1 ? path : path.slice(0, slash));
    const key = hostBucket !== undefined ? path : slash === -1 ? '' : path.slice(slash + 1);
    return {
        http,
        method: http.method ?? 'GET',
        headers: http.headers,
        rawPath,
        queryPairs,
        query: queryPairs === NO_PAIRS ? NO_QUERY : new Map(queryPairs),
        bucket: bucket === '' ? null : bucket,
        key: key === '' ? null : key,
    };
}
function parseQuery(raw) {
    return raw
        .split('&')
        .filter((pair) => pair !== '')
        .map((pair) => {
        const equals = pair.indexOf('=');
        const name = equals === -1 ? pair : pair.slice(0, equals);
        const value = equals === -1 ? '' : pair.slice(equals + 1);
        return [decode(name.replaceAll('+', ' ')), decode(value.replaceAll('+', ' '))];
    });
}
/** Percent-decodes UTF-8 strictly: bytes that are not UTF-8 are InvalidURI, as at AWS. */
export function decode(text) {
    if (!text.includes('%'))
        return text;
    try {
        return decodeURIComponent(text);
    }
    catch {
        throw new S3Error('InvalidURI');
    }
}
/** A header that may come once; '' counts as absent. */
export function header(request, name) {
    const value = request.headers[name];
    return typeof value === 'string' && value !== '' ? value : undefined;
}
/** A whole number in the query, between the given bounds. */
export function queryNumber(request, name, fallback, max) {
    const raw = request.query.get(name);
    if (raw === undefined || raw === '')
        return fallback;
    if (!/^\d{1,10}$/.test(raw) || Number(raw) > 2 ** 31 - 1) {
        throw new S3Error('InvalidArgument', `Provided ${name} not an integer or within integer range`, {
            ArgumentName: name,
            ArgumentValue: raw,
        });
    }
    return Math.min(Number(raw), max);
}
