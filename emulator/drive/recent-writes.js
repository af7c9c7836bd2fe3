const REMEMBERED = 1000;
/** What the last writes replaced, so that a listing can lag behind them. Bounded memory. */
export class RecentWrites {
    #writes = [];
    add(id, before) {
        this.#writes.push({ id, before });
        if (this.#writes.length > 2 * REMEMBERED)
            this.#writes.splice(0, REMEMBERED);
    }
    /** By id, the state before the last `count` writes; undefined = was not there yet. Items that are not in it are as they are. */
    before(count) {
        const states = new Map();
        if (count <= 0)
            return states;
        for (const { id, before } of this.#writes.slice(-count))
            if (!states.has(id))
                states.set(id, before);
        return states;
    }
}
