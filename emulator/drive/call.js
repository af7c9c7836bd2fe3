import { badRequest } from './errors.js';
export function json(value, status = 200, headers = {}) {
    return { status, json: value, headers };
}
export const NO_CONTENT = { status: 204 };
/** The body as a JSON object; an empty body counts as `{}`. */
export async function jsonBody(call) {
    const text = (await call.body()).toString();
    if (text.trim() === '')
        return {};
    try {
        const value = JSON.parse(text);
        if (typeof value === 'object' && value !== null && !Array.isArray(value))
            return value;
    }
    catch {
        // The same answer as for JSON that is no object.
    }
    throw badRequest('Invalid JSON payload received.');
}
