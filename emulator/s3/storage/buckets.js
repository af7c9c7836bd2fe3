import { S3Error } from '../errors.js';
import { discardedBlobs, memoryBlobs } from './blob.js';
import { Bucket } from './bucket.js';
import { FolderBlobs } from './folder-blobs.js';
import { Journal } from './journal.js';
const NEW_BUCKET = {
    versioning: 'off',
    objectLock: false,
    defaultRetention: null,
    lifecycle: null,
    tagging: null,
};
/** Every bucket of a server, and the store of their bodies. */
export class Buckets {
    blobs;
    #buckets = new Map();
    #now;
    #record = () => { };
    #journal = null;
    constructor(storage, now) {
        this.#now = now;
        if (typeof storage === 'string') {
            this.blobs = storage === 'memory' ? memoryBlobs : discardedBlobs;
            return;
        }
        const blobs = new FolderBlobs(storage.folder);
        this.blobs = blobs;
        const journal = new Journal(storage.folder, blobs);
        for (const change of journal.read())
            this.#replay(change);
        blobs.settle(this.#liveBlobs());
        journal.start(this.#history());
        this.#journal = journal;
        this.#record = (change) => journal.write(change);
    }
    create(name, settings = {}) {
        const bucket = new Bucket(name, this.#now(), NEW_BUCKET, (change) => this.#record(change));
        this.#buckets.set(name, bucket);
        bucket.configure(settings);
        return bucket;
    }
    /** Throws NoSuchBucket. */
    get(name) {
        const bucket = this.#buckets.get(name);
        if (bucket === undefined)
            throw new S3Error('NoSuchBucket', undefined, { BucketName: name });
        return bucket;
    }
    has(name) {
        return this.#buckets.has(name);
    }
    /** By name. */
    all() {
        return [...this.#buckets.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
    }
    drop(name) {
        const bucket = this.#buckets.get(name);
        for (const upload of bucket?.uploads.values() ?? [])
            bucket?.endUpload(upload);
        this.#buckets.delete(name);
        this.#record({ change: 'drop', bucket: name });
    }
    close() {
        this.#journal?.close();
    }
    *#history() {
        for (const bucket of this.#buckets.values())
            yield* bucket.history();
    }
    *#liveBlobs() {
        for (const change of this.#history()) {
            if (change.change === 'part')
                yield* change.part.body;
            if (change.change === 'add' && change.version.kind === 'object')
                yield* change.version.body;
        }
    }
    #replay(change) {
        const bucket = this.#buckets.get(change.bucket);
        switch (change.change) {
            case 'bucket':
                if (bucket !== undefined)
                    bucket.settings = change.settings;
                else {
                    const opened = new Bucket(change.bucket, change.created, change.settings, (later) => this.#record(later));
                    this.#buckets.set(change.bucket, opened);
                }
                return;
            case 'drop':
                this.#buckets.delete(change.bucket);
                return;
            case 'add':
                bucket?.add(change.version);
                return;
            case 'update': {
                const version = bucket?.find(change.version.key, change.version.versionId);
                if (version?.kind === 'object' && change.version.kind === 'object')
                    bucket?.update(version, change.version);
                return;
            }
            case 'forget': {
                const version = bucket?.find(change.key, change.versionId);
                if (version !== undefined)
                    bucket?.remove(version);
                return;
            }
            case 'upload':
                bucket?.startUpload({ ...change.upload, parts: new Map() });
                return;
            case 'part': {
                const upload = bucket?.uploads.get(change.uploadId);
                if (upload !== undefined)
                    bucket?.addPart(upload, change.part);
                return;
            }
            case 'endUpload': {
                const upload = bucket?.uploads.get(change.uploadId);
                if (upload !== undefined)
                    bucket?.endUpload(upload);
            }
        }
    }
}
