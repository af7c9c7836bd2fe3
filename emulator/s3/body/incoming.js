import { ClientGone } from '../errors.js';
/** The bytes of a request's body as they come off the wire. */
export class Incoming {
    #http;
    #response;
    #disturbance;
    constructor(http, response, disturbance) {
        this.#http = http;
        this.#response = response;
        this.#disturbance = disturbance;
    }
    /** Whether `whole` and `each` may be used: nothing happens to the bytes on their way. */
    get isPlain() {
        return this.#disturbance === null;
    }
    /** All bytes in one buffer; for small bodies. */
    async whole() {
        const chunks = [];
        await this.each((chunk) => {
            chunks.push(chunk);
        });
        return chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks);
    }
    /**
     * Hands the bytes on as they come, by events: half the cost of iterating. A promise from `take` stops the client
     * until it is fulfilled. Throws ClientGone if the connection ends before the body does.
     */
    each(take) {
        this.#begin();
        const http = this.#http;
        return new Promise((resolve, reject) => {
            let waiting = null;
            const fail = (error) => {
                http.off('data', onData);
                http.resume(); // the rest is dropped, so that the answer can be sent
                reject(error);
            };
            const onData = (chunk) => {
                try {
                    waiting = take(chunk) ?? null;
                }
                catch (error) {
                    fail(error);
                }
                if (waiting === null)
                    return;
                http.pause();
                waiting.then(() => http.resume(), fail);
            };
            http.on('data', onData);
            http.on('end', () => (waiting ?? Promise.resolve()).then(resolve, reject));
            http.on('error', () => reject(new ClientGone()));
            http.on('close', () => {
                if (!http.complete)
                    reject(new ClientGone());
            });
        });
    }
    /** The bytes as they come. Throws ClientGone if the connection ends before the body does. */
    stream() {
        this.#begin();
        const source = received(this.#http);
        return this.#disturbance === null ? source : this.#disturbance.disturb(source);
    }
    /** Drops what is left of the body: it must come in before the next request on the connection can. */
    drop() {
        this.#http.resume();
    }
    /** A client that asked first (Expect: 100-continue) sends its body only now that the request was found in order. */
    #begin() {
        if (this.#http.headers.expect !== undefined)
            this.#response.writeContinue();
    }
}
async function* received(http) {
    // Left in place when the reader stops early: node then drops the rest of the body, and the answer can still be sent.
    const chunks = http.iterator({ destroyOnReturn: false });
    try {
        for await (const chunk of chunks)
            yield chunk;
    }
    catch {
        throw new ClientGone();
    }
}
