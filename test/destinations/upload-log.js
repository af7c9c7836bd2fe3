/** An UploadLog in memory; a test can wait for a part to be recorded. */
export class MemoryUploadLog {
    #uploads = new Map();
    #waiting = [];
    async find(destination, key) {
        const upload = this.#uploads.get(`${destination}\0${key}`);
        return upload === undefined ? null : structuredClone(upload);
    }
    async begin(upload) {
        this.#uploads.set(`${upload.destination}\0${upload.key}`, { ...upload, parts: [] });
    }
    async part(destination, key, part) {
        const upload = this.#uploads.get(`${destination}\0${key}`);
        if (upload === undefined)
            throw new Error(`no upload of ${key}`);
        upload.parts = [...upload.parts.filter(({ number }) => number !== part.number), { ...part }];
        upload.parts.sort((a, b) => a.number - b.number);
        for (const waiter of this.#waiting)
            if (upload.parts.length >= waiter.parts)
                waiter.go();
    }
    async end(destination, key) {
        this.#uploads.delete(`${destination}\0${key}`);
    }
    all() {
        return structuredClone([...this.#uploads.values()]);
    }
    /** Resolves when an upload has so many parts on record. */
    recorded(parts) {
        return new Promise((go) => this.#waiting.push({ parts, go }));
    }
}
