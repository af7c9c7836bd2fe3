const KEPT = 10_000;
/** Counts every request and remembers the last 10,000. */
export class RequestLog {
    #total = 0;
    #counts = new Map();
    #recent = [];
    #oldest = 0;
    /** All requests since the start or the last `reset`. */
    get total() {
        return this.#total;
    }
    /** How many of one operation, counted as they arrive; or of those that ended with one status, 0 being no answer. */
    count(operation, status) {
        return this.#counts.get(status === undefined ? operation : `${operation} ${status}`) ?? 0;
    }
    /** Counts by operation, and by operation and status: `{ PutObject: 3, 'PutObject 200': 2, 'PutObject 503': 1 }`. */
    counts() {
        return Object.fromEntries([...this.#counts].sort(([a], [b]) => (a < b ? -1 : 1)));
    }
    /** The last requests, oldest first. */
    recent() {
        return [...this.#recent.slice(this.#oldest), ...this.#recent.slice(0, this.#oldest)];
    }
    reset() {
        this.#total = 0;
        this.#counts.clear();
        this.#recent.length = 0;
        this.#oldest = 0;
    }
    begin(entry) {
        this.#total++;
        this.#increase(entry.operation);
        if (this.#recent.length < KEPT)
            this.#recent.push(entry);
        else {
            this.#recent[this.#oldest] = entry;
            this.#oldest = (this.#oldest + 1) % KEPT;
        }
    }
    end(entry, status, code) {
        entry.status = status;
        entry.code = code;
        this.#increase(`${entry.operation} ${status}`);
    }
    #increase(name) {
        this.#counts.set(name, (this.#counts.get(name) ?? 0) + 1);
    }
}
