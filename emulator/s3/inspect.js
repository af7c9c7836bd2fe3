import { createHash } from 'node:crypto';
import { readBlobs } from './storage/blob.js';
import { compareUtf8 } from './storage/key-order.js';
/** Looks into the store from within the process. */
export class Inspector {
    #buckets;
    constructor(buckets) {
        this.#buckets = buckets;
    }
    /** What a bucket holds, by key in UTF-8 order: the current objects, or every version and marker, newest first. */
    async *objects(bucketName, options = {}) {
        const bucket = this.#buckets.get(bucketName);
        for (const key of [...bucket.keys(compareUtf8)]) {
            if (!key.startsWith(options.prefix ?? ''))
                continue;
            for (const [index, version] of [...bucket.versions(key)].entries()) {
                if (options.versions !== true && (index > 0 || version.kind === 'marker'))
                    break;
                yield inspected(version, index === 0, await this.#sha256(bucketName, version));
            }
        }
    }
    /** The bytes of an object. */
    async body(bucketName, key, versionId) {
        const version = this.#object(bucketName, key, versionId);
        const chunks = [];
        for await (const chunk of readBlobs(version.body, 0, version.size))
            chunks.push(chunk);
        return Buffer.concat(chunks);
    }
    /** Multipart uploads under way. */
    uploads(bucketName) {
        return [...this.#buckets.get(bucketName).uploads.values()].map(({ key, id, initiated, parts }) => ({
            key,
            uploadId: id,
            initiated,
            parts: [...parts.values()].map(({ number, size, sha256 }) => ({ number, size, sha256 })),
        }));
    }
    /** Changes one bit in the middle of a stored object and nothing else: its ETag and checksum still name the old bytes. */
    async corrupt(bucketName, key) {
        const bytes = await this.body(bucketName, key);
        const middle = Math.floor(bytes.length / 2);
        bytes[middle] = (bytes[middle] ?? 0) ^ 1;
        const writer = this.#buckets.blobs.writer();
        await writer.write(bytes);
        const blob = await writer.commit();
        const version = this.#object(bucketName, key, undefined);
        this.#buckets.get(bucketName).update(version, { body: [blob], sha256: null });
        for (const old of version.body)
            old.release();
    }
    /** Computed where it was not while the bytes came in, and then kept. */
    async #sha256(bucketName, version) {
        if (version.kind === 'marker')
            return null;
        if (version.sha256 !== null || !this.#buckets.blobs.readable)
            return version.sha256;
        const sha = createHash('sha256');
        for await (const chunk of readBlobs(version.body, 0, version.size))
            sha.update(chunk);
        const sha256 = sha.digest('hex');
        this.#buckets.get(bucketName).update(version, { sha256 });
        return sha256;
    }
    #object(bucketName, key, versionId) {
        const bucket = this.#buckets.get(bucketName);
        const version = versionId === undefined ? bucket.current(key) : bucket.find(key, versionId);
        if (version?.kind !== 'object')
            throw new Error(`no object ${JSON.stringify(key)} in bucket ${bucketName}`);
        return version;
    }
}
function inspected(version, isLatest, sha256) {
    const { key, versionId, modified } = version;
    const common = { key, versionId, isLatest, modified, sha256 };
    if (version.kind === 'marker') {
        return {
            ...common,
            isDeleteMarker: true,
            size: 0,
            parts: null,
            etag: '',
            contentType: '',
            metadata: {},
            tags: {},
            storageClass: '',
            retention: null,
            legalHold: false,
        };
    }
    const { size, parts, etag, metadata, tags, storageClass, retention, legalHold, headers } = version;
    return {
        ...common,
        isDeleteMarker: false,
        ...{ size, parts, etag, metadata, tags, storageClass, retention, legalHold },
        contentType: headers['Content-Type'] ?? '',
    };
}
