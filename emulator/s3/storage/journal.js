import { closeSync, existsSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { join } from 'node:path';
/**
 * The index of a folder: one line of JSON for each change, in order, and rewritten to the shortest history whenever
 * the folder is opened. A line torn by the death of the process is the last one, and its request was never answered.
 */
export class Journal {
    #path;
    #blobs;
    #file = null;
    constructor(folder, blobs) {
        this.#path = join(folder, 'index.ndjson');
        this.#blobs = blobs;
    }
    /** Everything recorded so far. */
    *read() {
        if (!existsSync(this.#path))
            return;
        const lines = readFileSync(this.#path, 'utf8').split('\n');
        lines.pop(); // '' after a whole last line, a torn one otherwise
        for (const line of lines)
            yield this.#revive(JSON.parse(line));
    }
    /** Replaces the record by `history` and takes changes from then on; until then, they are being read, not made. */
    start(history) {
        const fresh = `${this.#path}.new`;
        const file = openSync(fresh, 'w');
        for (const change of history)
            writeSync(file, `${JSON.stringify(change)}\n`);
        renameSync(fresh, this.#path);
        this.#file = file;
    }
    write(change) {
        if (this.#file !== null)
            writeSync(this.#file, `${JSON.stringify(change)}\n`);
    }
    close() {
        if (this.#file !== null)
            closeSync(this.#file);
        this.#file = null;
    }
    #revive(change) {
        if ((change.change === 'add' || change.change === 'update') && change.version.kind === 'object') {
            return { ...change, version: { ...change.version, body: this.#reopen(change.version.body) } };
        }
        if (change.change === 'part') {
            return { ...change, part: { ...change.part, body: this.#reopen(change.part.body) } };
        }
        return change;
    }
    #reopen(body) {
        return body.map(({ id, size }) => this.#blobs.reopen(id, size));
    }
}
