import { OAuthError } from './tokens.js';
const LARGEST = 64 * 1024;
/** Reads a form of a page or of the token endpoint; JSON, which Google's endpoint takes as well, counts as one. */
export async function readForm(request) {
    const chunks = [];
    let size = 0;
    for await (const chunk of request) {
        size += chunk.length;
        if (size > LARGEST)
            throw new OAuthError(413, 'invalid_request', 'Request too large.');
        chunks.push(chunk);
    }
    const body = Buffer.concat(chunks).toString();
    if (!/json/i.test(request.headers['content-type'] ?? ''))
        return new URLSearchParams(body);
    try {
        return new URLSearchParams(JSON.parse(body));
    }
    catch {
        throw new OAuthError(400, 'invalid_request', 'Invalid JSON payload received.');
    }
}
