import type { Kysely } from 'kysely'
import type { Tables } from './schema.ts'

/** Destinations by their names in the configuration. They are registered before any work begins, and keep their numbers. */
export class DestinationIds {
  readonly #db: Kysely<Tables>
  #ids: Map<string, number> | null = null
  #names: Map<number, string> | null = null

  constructor(db: Kysely<Tables>) {
    this.#db = db
  }

  async load(): Promise<void> {
    const rows = await this.#db.selectFrom('destinations').select(['id', 'name']).execute()
    this.#ids = new Map(rows.map(({ id, name }) => [name, id]))
    this.#names = new Map(rows.map(({ id, name }) => [id, name]))
  }

  async of(name: string): Promise<number> {
    if (this.#ids?.get(name) === undefined) await this.load()
    const id = this.#ids?.get(name)
    if (id === undefined) throw new Error(`the catalog knows no destination ${name}`)
    return id
  }

  /** Of a number that the catalog gave: null only if somebody deleted its row. */
  async name(id: number): Promise<string> {
    if (this.#names?.get(id) === undefined) await this.load()
    const name = this.#names?.get(id)
    if (name === undefined) throw new Error(`the catalog knows no destination of number ${id}`)
    return name
  }
}
