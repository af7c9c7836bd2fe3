import { DriveError } from './http/errors.ts'
import { idFrom } from './store/random.ts'

interface Operation {
  readonly name: string
  readonly owner: string
  /** Polls that still answer "pending". */
  pending: number
  readonly metadata: object
  readonly result: { response: object } | { error: { code: number; message: string } }
}

/** Long-running operations of `files.download`: done after a set number of polls. */
export class Operations {
  readonly #known = new Map<string, Operation>()
  /** How many polls an operation stays pending; 0 = done at once. */
  pendingPolls = 0

  start(owner: string, metadata: object, result: Operation['result']): object {
    const name = idFrom(`operation:${this.#known.size}`, 'NC', 40)
    const operation = { name, owner, pending: this.pendingPolls, metadata, result }
    this.#known.set(name, operation)
    return resource(operation)
  }

  poll(name: string, owner: string): object {
    const operation = this.#known.get(name)
    if (!operation || operation.owner !== owner) {
      throw new DriveError(404, { reason: 'notFound', message: `Operation not found: ${name}` })
    }
    if (operation.pending > 0) operation.pending--
    return resource(operation)
  }
}

function resource({ name, pending, metadata, result }: Operation): object {
  return { name, metadata, ...(pending === 0 && { done: true, ...result }) }
}
