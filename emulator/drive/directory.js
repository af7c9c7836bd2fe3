import { notFound } from './errors.js';
import { rootIdOf } from './new-item.js';
import { idFrom } from './random.js';
/** The accounts and the shared drives, without what is in them. */
export class Directory {
    users = new Map();
    drives = new Map();
    #seed;
    constructor(seed) {
        this.#seed = seed;
    }
    /** The first account. */
    get primary() {
        const [first] = this.users.values();
        if (!first)
            throw new Error('a Drive has at least one user');
        return first;
    }
    addUser(email, displayName) {
        const user = {
            email,
            displayName,
            permissionId: decimalId(email),
            rootId: rootIdOf(this.#seed, email),
            appDataId: idFrom(`${this.#seed}:appdata:${email}`, '1', 44),
        };
        this.users.set(email, user);
        return user;
    }
    addDrive(name, members, createdTime, id) {
        const drive = {
            id: id ?? idFrom(`${this.#seed}:drive:${this.drives.size}:${name}`, '0A', 17).concat('9PVA'),
            name,
            createdTime,
            hidden: false,
            members: new Map(Object.entries(members)),
        };
        this.drives.set(drive.id, drive);
        return drive;
    }
    mustDrive(id) {
        const drive = this.drives.get(id);
        if (!drive)
            throw notFound(id);
        return drive;
    }
    /** The id of a permission follows from whom it is for. */
    permissionId(grant) {
        if (grant.type === 'anyone')
            return grant.allowFileDiscovery ? 'anyone' : 'anyoneWithLink';
        return decimalId(grant.emailAddress ?? grant.domain ?? '');
    }
}
/** Twenty digits, as the ids of people at Google. */
function decimalId(of) {
    const digits = BigInt(`0x${Buffer.from(idFrom(`permission:${of}`, '', 16)).toString('hex')}`).toString();
    return `1${digits.slice(0, 19)}`;
}
