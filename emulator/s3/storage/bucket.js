import { randomBytes } from 'node:crypto';
import { KeyOrder } from './key-order.js';
/**
 * One bucket: every version of every key, and the uploads under way. All methods are synchronous, so what a request
 * decides and changes in one turn, no other request can come between.
 */
export class Bucket {
    name;
    created;
    settings;
    uploads = new Map();
    #versions = new Map();
    #order = new KeyOrder();
    #record;
    constructor(name, created, settings, record) {
        this.name = name;
        this.created = created;
        this.settings = settings;
        this.#record = record;
    }
    get isEmpty() {
        return this.#versions.size === 0;
    }
    /** All keys that have a version or a delete marker. */
    keys(compare) {
        return this.#order.sorted(compare);
    }
    /** Newest first. */
    versions(key) {
        return this.#versions.get(key) ?? [];
    }
    /** What a reader of the key gets: the newest version, unless it is a delete marker. */
    current(key) {
        const newest = this.#versions.get(key)?.[0];
        return newest?.kind === 'object' ? newest : undefined;
    }
    find(key, versionId) {
        return this.#versions.get(key)?.find((version) => version.versionId === versionId);
    }
    /** The id that a version written now gets. */
    newVersionId() {
        return this.settings.versioning === 'enabled' ? randomBytes(24).toString('base64url') : 'null';
    }
    /** Adds a version as the newest of its key; where versioning is off or suspended it takes the null version's place. */
    add(version) {
        const others = this.#versions.get(version.key);
        if (others === undefined) {
            this.#versions.set(version.key, [version]);
            this.#order.add(version.key);
        }
        else {
            const replaced = others.findIndex((other) => other.versionId === version.versionId);
            const [old] = replaced === -1 ? [] : others.splice(replaced, 1);
            others.unshift(version);
            this.#record({ change: 'add', bucket: this.name, version });
            if (old?.kind === 'object')
                for (const blob of old.body)
                    blob.release();
            return;
        }
        this.#record({ change: 'add', bucket: this.name, version });
    }
    /** Changes what is known of a version in its place: tags, retention. */
    update(version, changes) {
        const others = this.#versions.get(version.key);
        const at = others?.indexOf(version) ?? -1;
        if (others === undefined || at === -1)
            return; // deleted while the request's body was read
        const changed = { ...version, ...changes };
        others[at] = changed;
        this.#record({ change: 'update', bucket: this.name, version: changed });
    }
    remove(version) {
        const others = this.#versions.get(version.key);
        const at = others?.indexOf(version) ?? -1;
        if (others === undefined || at === -1)
            return;
        others.splice(at, 1);
        if (others.length === 0) {
            this.#versions.delete(version.key);
            this.#order.delete(version.key);
        }
        this.#record({ change: 'forget', bucket: this.name, key: version.key, versionId: version.versionId });
        if (version.kind === 'object')
            for (const blob of version.body)
                blob.release();
    }
    configure(settings) {
        this.settings = { ...this.settings, ...settings };
        this.#record({ change: 'bucket', bucket: this.name, created: this.created, settings: this.settings });
    }
    startUpload(upload) {
        this.uploads.set(upload.id, upload);
        const { parts: _, ...rest } = upload;
        this.#record({ change: 'upload', bucket: this.name, upload: rest });
    }
    addPart(upload, part) {
        const old = upload.parts.get(part.number);
        upload.parts.set(part.number, part);
        this.#record({ change: 'part', bucket: this.name, uploadId: upload.id, part });
        for (const blob of old?.body ?? [])
            blob.release();
    }
    /** Forgets an upload; its parts' bytes go, except for those that `kept` refers to now. */
    endUpload(upload, kept = []) {
        this.uploads.delete(upload.id);
        this.#record({ change: 'endUpload', bucket: this.name, uploadId: upload.id });
        for (const part of upload.parts.values()) {
            if (!kept.includes(part))
                for (const blob of part.body)
                    blob.release();
        }
    }
    /** The shortest history that leads to the present state. */
    *history() {
        yield { change: 'bucket', bucket: this.name, created: this.created, settings: this.settings };
        for (const versions of this.#versions.values()) {
            for (const version of versions.toReversed())
                yield { change: 'add', bucket: this.name, version };
        }
        for (const { parts, ...upload } of this.uploads.values()) {
            yield { change: 'upload', bucket: this.name, upload };
            for (const part of parts.values()) {
                yield { change: 'part', bucket: this.name, uploadId: upload.id, part };
            }
        }
    }
}
