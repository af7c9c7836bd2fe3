import { ChangeLog } from './change-log.js';
import { RecentWrites } from './recent-writes.js';
/** Who hears of which mutation: a change log for each user (by e-mail) and shared drive (by id), and what the last writes replaced. */
export class Journal {
    #seed;
    #now;
    #logs = new Map();
    recentWrites = new RecentWrites();
    #loading = false;
    constructor(seed, now) {
        this.#seed = seed;
        this.#now = now;
    }
    log(corpus) {
        const log = this.#logs.get(corpus) ?? new ChangeLog(`${this.#seed}:${corpus}`);
        this.#logs.set(corpus, log);
        return log;
    }
    /** Runs mutations of which nothing is to be told. */
    silently(run) {
        this.#loading = true;
        try {
            run();
        }
        finally {
            this.#loading = false;
        }
    }
    /** Remembers what a write is about to replace; undefined = nothing was there. */
    replaces(id, before) {
        if (!this.#loading)
            this.recentWrites.add(id, before);
    }
    /** Tells those who see the item now, and those who saw it and do so no more. */
    changed(id, viewersBefore, viewersNow) {
        this.#append(id, viewersNow, false);
        this.removed(id, [...viewersBefore].filter((corpus) => !viewersNow.has(corpus)));
    }
    removed(id, corpora) {
        this.#append(id, corpora, true);
    }
    /** Something happened to a shared drive itself. */
    driveChanged(driveId, emails, removed = false) {
        for (const email of emails)
            this.log(email).append(driveId, 'drive', removed, this.#now());
    }
    #append(id, corpora, removed) {
        if (this.#loading)
            return;
        for (const corpus of corpora)
            this.log(corpus).append(id, 'file', removed, this.#now());
    }
}
