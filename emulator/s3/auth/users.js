import { S3Error } from '../errors.js';
/** One user; `denials` may change while requests are under way and holds from the next request on. */
export class User {
    accessKeyId;
    secretAccessKey;
    denials = [];
    constructor({ accessKeyId, secretAccessKey }) {
        this.accessKeyId = accessKeyId;
        this.secretAccessKey = secretAccessKey;
    }
    /** Whether nothing denies this; `key` is null for what concerns a whole bucket. */
    may(action, bucket, key) {
        return !this.denials.some((denial) => (denial.action === undefined || denial.action === action) &&
            (denial.bucket === undefined || denial.bucket === bucket) &&
            (denial.prefix === undefined || key?.startsWith(denial.prefix) === true));
    }
    /** Throws AccessDenied unless the user may. */
    require(action, bucket, key) {
        if (!this.may(action, bucket, key))
            throw new S3Error('AccessDenied');
    }
}
/** The users a server knows. All may do everything until something is denied. */
export class Users {
    #users = new Map();
    add(credentials) {
        const user = new User(credentials);
        this.#users.set(user.accessKeyId, user);
        return user;
    }
    /** Takes the key back: its requests get InvalidAccessKeyId from now on. */
    remove(accessKeyId) {
        this.#users.delete(accessKeyId);
    }
    find(accessKeyId) {
        return this.#users.get(accessKeyId);
    }
    /** Denies something to a user until `allow`. */
    deny(accessKeyId, denial) {
        this.#known(accessKeyId).denials.push(denial);
    }
    /** Lifts every denial of a user. */
    allow(accessKeyId) {
        this.#known(accessKeyId).denials.length = 0;
    }
    #known(accessKeyId) {
        const user = this.#users.get(accessKeyId);
        if (user === undefined)
            throw new Error(`no user has the access key ${accessKeyId}`);
        return user;
    }
}
