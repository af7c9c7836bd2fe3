/** Keeps bodies in memory. */
export const memoryBlobs = {
    readable: true,
    writer() {
        const chunks = [];
        let size = 0;
        return {
            write(chunk) {
                // A small chunk is a slice of the socket's buffer of 64 KiB: kept as it is, it would keep all of that.
                chunks.push(chunk.length * 2 < chunk.buffer.byteLength ? Buffer.from(chunk) : chunk);
                size += chunk.length;
            },
            commit: () => new MemoryBlob(chunks, size),
            abort() { },
        };
    },
};
class MemoryBlob {
    id = '';
    size;
    #chunks;
    constructor(chunks, size) {
        this.#chunks = chunks;
        this.size = size;
    }
    read(start, end) {
        const found = [];
        let at = 0;
        for (const chunk of this.#chunks) {
            if (at < end && at + chunk.length > start) {
                found.push(chunk.subarray(Math.max(0, start - at), Math.min(chunk.length, end - at)));
            }
            at += chunk.length;
        }
        return found;
    }
    retain() { }
    release() { }
}
/** Keeps nothing but sizes: for benchmarks, where the bodies would fill memory or measure the disk. */
export const discardedBlobs = {
    readable: false,
    writer() {
        let size = 0;
        return {
            write(chunk) {
                size += chunk.length;
            },
            commit: () => discarded(size),
            abort() { },
        };
    },
};
function discarded(size) {
    return {
        size,
        id: '',
        read() {
            throw new Error('a discarded body was read');
        },
        retain() { },
        release() { },
    };
}
/** The bytes of several blobs end to end, from `start` to before `end`. */
export async function* readBlobs(blobs, start, end) {
    let at = 0;
    for (const blob of blobs) {
        if (at < end && at + blob.size > start)
            yield* blob.read(Math.max(0, start - at), Math.min(blob.size, end - at));
        at += blob.size;
    }
}
