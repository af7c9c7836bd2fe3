/**
 * All items, by id, by parent and in listing order.
 *
 * What `get` gives must not be changed by the caller; `own` gives the object to change, and after a change of `parents` the caller
 * calls `moved`.
 */
export class ItemTable {
    #source;
    #byId = new Map();
    /** Ordinals of the source that are edited (the item) or gone (null). */
    #overrides = new Map();
    /** Items beyond the source; index = ordinal - count of the source. */
    #order = [];
    /** Children that are not (or no longer) given by the source, in ascending ordinal. */
    #children = new Map();
    #base;
    constructor(source) {
        this.#source = source;
        this.#base = source?.count ?? 0;
    }
    get nextOrdinal() {
        return this.#base + this.#order.length;
    }
    get(id) {
        const item = this.#byId.get(id);
        if (item || !this.#source)
            return item;
        const ordinal = this.#source.ordinalOf(id);
        return ordinal < 0 || this.#overrides.has(ordinal) ? undefined : this.#source.at(ordinal);
    }
    at(ordinal) {
        if (ordinal >= this.#base)
            return this.#order[ordinal - this.#base];
        if (this.#overrides.size > 0) {
            const override = this.#overrides.get(ordinal);
            if (override !== undefined)
                return override ?? undefined;
        }
        return this.#source?.at(ordinal);
    }
    add(item) {
        this.#byId.set(item.id, item);
        this.#order.push(item);
        for (const parent of item.parents)
            this.#addChild(parent, item);
    }
    /** The object that may be changed. */
    own(item) {
        if (item.ordinal >= this.#base || this.#overrides.get(item.ordinal))
            return item;
        this.#overrides.set(item.ordinal, item);
        this.#byId.set(item.id, item);
        for (const parent of item.parents)
            this.#addChild(parent, item);
        return item;
    }
    /** Tells that `item.parents` was changed from `before`. */
    moved(item, before) {
        for (const parent of before)
            if (!item.parents.includes(parent))
                this.#dropChild(parent, item);
        for (const parent of item.parents)
            if (!before.includes(parent))
                this.#addChild(parent, item);
    }
    remove(item) {
        if (item.ordinal < this.#base)
            this.#overrides.set(item.ordinal, null);
        else
            this.#order[item.ordinal - this.#base] = undefined;
        this.#byId.delete(item.id);
        for (const parent of item.parents)
            this.#dropChild(parent, item);
    }
    /** Direct children in listing order, from `ordinal` on. */
    *children(id, ordinal = 0) {
        const own = this.#children.get(id) ?? [];
        let next = lowerBound(own, ordinal);
        for (const natural of this.#source?.childrenOf(id) ?? []) {
            if (natural < ordinal || this.#overrides.has(natural))
                continue;
            for (let item = own[next]; item && item.ordinal < natural; item = own[++next])
                yield item;
            const item = this.#source?.at(natural);
            if (item)
                yield item;
        }
        for (let item = own[next]; item; item = own[++next])
            yield item;
    }
    hasChildren(id) {
        return !this.children(id).next().done;
    }
    #addChild(parent, item) {
        const list = this.#children.get(parent);
        if (!list) {
            this.#children.set(parent, [item]);
            return;
        }
        const last = list[list.length - 1];
        if (!last || last.ordinal < item.ordinal)
            list.push(item);
        else
            list.splice(lowerBound(list, item.ordinal), 0, item);
    }
    #dropChild(parent, item) {
        const list = this.#children.get(parent);
        if (!list)
            return;
        const index = lowerBound(list, item.ordinal);
        if (list[index] === item)
            list.splice(index, 1);
        if (list.length === 0)
            this.#children.delete(parent);
    }
}
function lowerBound(list, ordinal) {
    let low = 0;
    let high = list.length;
    while (low < high) {
        const middle = (low + high) >>> 1;
        if ((list[middle]?.ordinal ?? 0) < ordinal)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}
