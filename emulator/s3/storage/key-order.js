/**
 * Orders as the UTF-8 bytes do. UTF-16 units order alike, except that surrogates (characters beyond U+FFFF) come
 * before U+E000–U+FFFF: those two ranges are swapped before comparing.
 */
export function compareUtf8(a, b) {
    const length = Math.min(a.length, b.length);
    for (let i = 0; i < length; i++) {
        const x = a.charCodeAt(i);
        const y = b.charCodeAt(i);
        if (x !== y)
            return x >= 0xd800 && y >= 0xd800 ? swap(x) - swap(y) : x - y;
    }
    return a.length - b.length;
}
function swap(unit) {
    return unit >= 0xe000 ? unit - 0x800 : unit + 0x2000;
}
/** The order of JavaScript and Java strings, which some servers list in. */
export function compareUtf16(a, b) {
    return a < b ? -1 : a > b ? 1 : 0;
}
/** The keys of a bucket, kept sorted lazily: writes cost nothing, the next listing merges what they left. */
export class KeyOrder {
    #sorted = [];
    #compare = compareUtf8;
    #added = new Set();
    #removed = new Set();
    add(key) {
        if (!this.#removed.delete(key))
            this.#added.add(key);
    }
    delete(key) {
        if (!this.#added.delete(key))
            this.#removed.add(key);
    }
    sorted(compare) {
        if (compare !== this.#compare) {
            this.#compare = compare;
            this.#sorted.sort(compare);
        }
        if (this.#added.size > 0 || this.#removed.size > 0) {
            this.#sorted = this.#merge([...this.#added].sort(compare));
            this.#added.clear();
            this.#removed.clear();
        }
        return this.#sorted;
    }
    #merge(added) {
        const merged = [];
        let next = 0;
        for (const key of this.#sorted) {
            for (let other = added[next]; other !== undefined && this.#compare(other, key) < 0; other = added[++next]) {
                merged.push(other);
            }
            if (!this.#removed.has(key))
                merged.push(key);
        }
        for (; next < added.length; next++)
            merged.push(added[next]);
        return merged;
    }
}
/** The index of the first element for which `isBefore` is false; those for which it is true come first. */
export function lowerBound(keys, isBefore) {
    let low = 0;
    let high = keys.length;
    while (low < high) {
        const middle = (low + high) >>> 1;
        if (isBefore(keys[middle]))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}
