/** The rules by which requests go wrong. The first rule that strikes decides. */
export class Faults {
    #rules = [];
    #nextId = 1;
    add(rule) {
        const active = new Rule(this.#nextId++, rule, () => this.remove(active.id));
        this.#rules.push(active);
        return active;
    }
    /** Whether there was such a rule. */
    remove(id) {
        const at = this.#rules.findIndex((rule) => rule.id === id);
        if (at !== -1)
            this.#rules.splice(at, 1);
        return at !== -1;
    }
    clear() {
        this.#rules.length = 0;
    }
    all() {
        return this.#rules;
    }
    /** What goes wrong with this request; counts as struck. */
    strike(request, operation) {
        if (this.#rules.length === 0)
            return null;
        return this.#rules.find((rule) => rule.strikes(request, operation))?.rule.fault ?? null;
    }
}
class Rule {
    id;
    rule;
    remove;
    hits = 0;
    #passed = 0;
    #key;
    #random;
    constructor(id, rule, remove) {
        this.id = id;
        this.rule = rule;
        this.remove = remove;
        const key = rule.match?.key;
        this.#key = key === undefined ? null : new RegExp(key);
        this.#random = seededRandom(rule.seed ?? 1);
    }
    strikes(request, operation) {
        const { match, after = 0, times = Number.POSITIVE_INFINITY, probability, fault } = this.rule;
        if (this.hits >= times || !this.#matches(match ?? {}, request, operation) || !applies(fault, request, operation))
            return false;
        if (this.#passed < after) {
            this.#passed++;
            return false;
        }
        if (probability !== undefined && this.#random() >= probability)
            return false;
        this.hits++;
        return true;
    }
    #matches(match, request, operation) {
        const operations = typeof match.operation === 'string' ? [match.operation] : match.operation;
        return ((match.method === undefined || match.method === request.method) &&
            (operations === undefined || operations.includes(operation)) &&
            (match.bucket === undefined || match.bucket === request.bucket) &&
            (this.#key === null || (request.key !== null && this.#key.test(request.key))));
    }
}
const COPIES = ['CopyObject', 'UploadPartCopy'];
const ERRORS_IN_200 = [...COPIES, 'CompleteMultipartUpload'];
/** Whether a fault can show in this exchange: a rule must not be used up by requests that it cannot harm. */
function applies(fault, request, operation) {
    switch (fault.kind) {
        case 'reset':
        case 'stall':
            if (fault.at === 'request-body')
                return hasBody(request);
            return fault.at !== 'response-body' || isAnsweredWithBody(request, operation);
        case 'truncate':
        case 'alter-response':
            return isAnsweredWithBody(request, operation);
        case 'alter-stored':
            return (operation === 'PutObject' || operation === 'UploadPart') && hasBody(request);
        case 'error-in-200':
            return ERRORS_IN_200.includes(operation);
        case 'disk-full':
            return request.method === 'PUT' || request.method === 'POST';
        case 'answer':
        case 'slow':
        case 'lost-reply':
            return true;
    }
}
function hasBody(request) {
    const { 'content-length': length, 'transfer-encoding': encoding } = request.headers;
    return encoding !== undefined || Number(length ?? 0) > 0;
}
function isAnsweredWithBody(request, operation) {
    return request.method === 'GET' || request.method === 'POST' || COPIES.includes(operation);
}
/** mulberry32: small, fast and the same everywhere. */
function seededRandom(seed) {
    let state = seed >>> 0;
    return () => {
        state = (state + 0x6d2b79f5) >>> 0;
        let t = state;
        t = Math.imul(t ^ (t >>> 15), t | 1);
        t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
        return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
    };
}
