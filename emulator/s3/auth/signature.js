import { createHmac, hash } from 'node:crypto';
/**
 * AWS Signature Version 4, the arithmetic only.
 *
 * HMAC is built from two one-shot hashes over a prepared key block: `createHmac` costs five times as much for
 * messages as short as these, and the server signs every request anew to compare.
 */
export class SigningKey {
    #inner = Buffer.alloc(64, 0x36);
    #outer = Buffer.alloc(96, 0x5c);
    /** The key of one day, region and service. `date` is YYYYMMDD. */
    constructor(secret, date, region, service = 's3') {
        let key = hmac(`AWS4${secret}`, date);
        for (const part of [region, service, 'aws4_request'])
            key = hmac(key, part);
        for (let i = 0; i < 32; i++) {
            const byte = key[i] ?? 0;
            this.#inner[i] = 0x36 ^ byte;
            this.#outer[i] = 0x5c ^ byte;
        }
    }
    /** The signature of a string to sign, in hex. */
    sign(message) {
        hash('sha256', Buffer.concat([this.#inner, Buffer.from(message, 'latin1')]), 'buffer').copy(this.#outer, 64);
        return hash('sha256', this.#outer);
    }
}
function hmac(key, message) {
    return createHmac('sha256', key).update(message).digest();
}
export const EMPTY_SHA256 = hash('sha256', '');
/** The canonical request. Header values are the latin1 strings of node:http, so hash it as latin1 to get the wire's bytes. */
export function canonicalRequest(request) {
    let headers = '';
    for (const name of request.signedHeaders)
        headers += `${name}:${canonicalValue(request.headers[name])}\n`;
    return `${request.method}\n${canonicalPath(request.rawPath)}\n${canonicalQuery(request.queryPairs)}\n${headers}\n${request.signedHeaders.join(';')}\n${request.payload}`;
}
/** What is signed. `time` is YYYYMMDDTHHMMSSZ, `scope` is date/region/service/aws4_request. */
export function stringToSign(time, scope, canonical) {
    return `AWS4-HMAC-SHA256\n${time}\n${scope}\n${hash('sha256', Buffer.from(canonical, 'latin1'))}`;
}
function canonicalValue(value) {
    const text = Array.isArray(value) ? value.join(',') : (value ?? '');
    return text.includes('  ') ? text.trim().replace(/ +/g, ' ') : text.trim();
}
/** Encodes everything but the unreserved characters, as SigV4 wants it. */
function encodeRfc3986(text) {
    return encodeURIComponent(text).replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
}
function canonicalPath(rawPath) {
    if (/^[A-Za-z0-9\-._~/]*$/.test(rawPath))
        return rawPath;
    return rawPath
        .split('/')
        .map((segment) => encodeRfc3986(decodeURIComponent(segment)))
        .join('/');
}
function canonicalQuery(pairs) {
    if (pairs.length === 0)
        return '';
    return pairs
        .filter(([name]) => name !== 'X-Amz-Signature')
        .map(([name, value]) => [encodeRfc3986(name), encodeRfc3986(value)])
        .sort((a, b) => (a[0] === b[0] ? (a[1] < b[1] ? -1 : 1) : a[0] < b[0] ? -1 : 1))
        .map(([name, value]) => `${name}=${value}`)
        .join('&');
}
