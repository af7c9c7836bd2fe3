import { randomFrom } from './random.js';
const LIST_KINDS = new Set([
    'short-page',
    'empty-page',
    'duplicate-items',
    'incomplete-search',
    'stale-list',
    'no-grouped-parents',
]);
const WIRE_KINDS = new Set([
    'lost-reply',
    'reset-mid-body',
    'truncate',
    'alter',
    'stall',
    'slow',
]);
export function isListFault(fault) {
    return LIST_KINDS.has(fault.kind);
}
export function isWireFault(fault) {
    return WIRE_KINDS.has(fault.kind);
}
/** The rules by which requests fail. The first rule that strikes wins; each request meets at most one fault. */
export class Faults {
    #rules = [];
    #random;
    #ids = 0;
    #struck = 0;
    constructor(seed = 1) {
        this.#random = randomFrom(seed);
    }
    /** Adds a rule; the returned function takes it out again. */
    add(rule) {
        const active = { ...rule, id: ++this.#ids, seen: 0, struck: 0 };
        this.#rules.push(active);
        return () => {
            const index = this.#rules.indexOf(active);
            if (index >= 0)
                this.#rules.splice(index, 1);
        };
    }
    /** The next matching request fails so, once. */
    once(fault, match = {}) {
        return this.add({ fault, match, times: 1 });
    }
    clear() {
        this.#rules.length = 0;
    }
    /** Starts the sequence of chances anew. */
    reseed(seed) {
        this.#random = randomFrom(seed);
    }
    get active() {
        return this.#rules.length > 0;
    }
    /** How many faults were injected so far. */
    get struck() {
        return this.#struck;
    }
    list() {
        return this.#rules.map(({ id, struck, times }) => ({ id, struck, times: times ?? null }));
    }
    /** The fault this request is to meet. */
    take(target) {
        for (const rule of this.#rules) {
            if (rule.struck >= (rule.times ?? Number.POSITIVE_INFINITY))
                continue;
            if (!matches(rule.match ?? {}, target))
                continue;
            rule.seen++;
            if (rule.seen <= (rule.after ?? 0))
                continue;
            if (rule.probability !== undefined && this.#random.next() >= rule.probability)
                continue;
            const fault = typeof rule.fault === 'function' ? rule.fault(target) : rule.fault;
            if (!fault)
                continue;
            rule.struck++;
            this.#struck++;
            return fault;
        }
        return undefined;
    }
}
function matches(match, target) {
    if (match.method !== undefined && match.method !== target.method)
        return false;
    if (match.name !== undefined) {
        if (typeof match.name === 'string' ? match.name !== target.name : !match.name.includes(target.name))
            return false;
    }
    else if (target.name.startsWith('oauth.') && match.path === undefined && match.when === undefined)
        return false;
    if (match.path !== undefined) {
        if (typeof match.path === 'string' ? !target.url.includes(match.path) : !match.path.test(target.url))
            return false;
    }
    if (match.fileId !== undefined && match.fileId !== target.fileId)
        return false;
    return match.when?.(target) ?? true;
}
