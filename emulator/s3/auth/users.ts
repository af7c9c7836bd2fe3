import { S3Error } from '../errors.ts'

export interface Credentials {
  accessKeyId: string
  secretAccessKey: string
}

/** What a request does, as permissions see it: a copy gets and puts, a multipart upload puts. */
export type Action = 'get' | 'put' | 'delete' | 'list' | 'admin'

/** Takes an action away from a user: everywhere, in one bucket, or under a prefix of keys. */
export interface Denial {
  /** Without it, every action. */
  action?: Action
  bucket?: string
  prefix?: string
}

/** One user; `denials` may change while requests are under way and holds from the next request on. */
export class User {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly denials: Denial[] = []

  constructor({ accessKeyId, secretAccessKey }: Credentials) {
    this.accessKeyId = accessKeyId
    this.secretAccessKey = secretAccessKey
  }

  /** Whether nothing denies this; `key` is null for what concerns a whole bucket. */
  may(action: Action, bucket: string | null, key: string | null): boolean {
    return !this.denials.some(
      (denial) =>
        (denial.action === undefined || denial.action === action) &&
        (denial.bucket === undefined || denial.bucket === bucket) &&
        (denial.prefix === undefined || key?.startsWith(denial.prefix) === true),
    )
  }

  /** Throws AccessDenied unless the user may. */
  require(action: Action, bucket: string | null, key: string | null): void {
    if (!this.may(action, bucket, key)) throw new S3Error('AccessDenied')
  }
}

/** The users a server knows. All may do everything until something is denied. */
export class Users {
  readonly #users = new Map<string, User>()

  add(credentials: Credentials): User {
    const user = new User(credentials)
    this.#users.set(user.accessKeyId, user)
    return user
  }

  /** Takes the key back: its requests get InvalidAccessKeyId from now on. */
  remove(accessKeyId: string): void {
    this.#users.delete(accessKeyId)
  }

  find(accessKeyId: string): User | undefined {
    return this.#users.get(accessKeyId)
  }

  /** Denies something to a user until `allow`. */
  deny(accessKeyId: string, denial: Denial): void {
    this.#known(accessKeyId).denials.push(denial)
  }

  /** Lifts every denial of a user. */
  allow(accessKeyId: string): void {
    this.#known(accessKeyId).denials.length = 0
  }

  #known(accessKeyId: string): User {
    const user = this.#users.get(accessKeyId)
    if (user === undefined) throw new Error(`no user has the access key ${accessKeyId}`)
    return user
  }
}
