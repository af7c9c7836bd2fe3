import { DriveError } from './errors.js';
import { idFrom } from './random.js';
/** Long-running operations of `files.download`: done after a set number of polls. */
export class Operations {
    #known = new Map();
    /** How many polls an operation stays pending; 0 = done at once. */
    pendingPolls = 0;
    start(owner, metadata, result) {
        const name = idFrom(`operation:${this.#known.size}`, 'NC', 40);
        const operation = { name, owner, pending: this.pendingPolls, metadata, result };
        this.#known.set(name, operation);
        return resource(operation);
    }
    poll(name, owner) {
        const operation = this.#known.get(name);
        if (!operation || operation.owner !== owner) {
            throw new DriveError(404, { reason: 'notFound', message: `Operation not found: ${name}` });
        }
        if (operation.pending > 0)
            operation.pending--;
        return resource(operation);
    }
}
function resource({ name, pending, metadata, result }) {
    return { name, metadata, ...(pending === 0 && { done: true, ...result }) };
}
