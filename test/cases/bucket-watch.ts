import { sql } from 'kysely'
import { expect } from 'vitest'
import type { S3Server } from '../../emulator/s3/index.ts'
import { type Backup, BUCKET } from '../backup/harness.ts'

/** The object that identifies a destination: it is written again at each start. */
const MARKER = /(^|\/)\.drivekeep\/destination\.json$/

/**
 * Remembers every content that a bucket has shown. Whatever happens to catalogs and processes: nothing that was ever stored
 * is gone from the bucket afterwards, and what the catalog calls a copy is really there.
 */
export class BucketWatch {
  readonly #backup: Backup
  readonly #s3: S3Server
  readonly #destination: string
  /** SHA-256 → where it was first seen. */
  readonly #seen = new Map<string, string>()

  constructor(backup: Backup, s3 = backup.s3, destination = 'aws_s3') {
    this.#backup = backup
    this.#s3 = s3
    this.#destination = destination
  }

  /** To be called whenever the bucket may have changed. */
  async note(): Promise<void> {
    for (const { key, sha256 } of await this.#contents()) if (!this.#seen.has(sha256)) this.#seen.set(sha256, key)
  }

  /**
   * To be called when all work is settled; `after`: what had happened, for the message; `gone`: where contents were first seen
   * that somebody else destroyed. The daemon compares the bucket with the
   * catalog when it cannot trust its catalog, and once a day anyhow: until then the catalog may name copies that are gone.
   */
  async check(after = '', gone: readonly string[] = []): Promise<void> {
    await this.#nothingLost(after, gone)
    await this.#backup.inventory()
    await settle(this.#backup)
    await this.#nothingLost(`${after} (after an inventory)`, gone)
    expect(await this.falseCopies(), `copies that are not there ${after}`).toEqual([])
  }

  async #nothingLost(after: string, gone: readonly string[]): Promise<void> {
    await this.note()
    const now = new Set((await this.#contents()).map(({ sha256 }) => sha256))
    const lost = [...this.#seen].filter(([sha256]) => !now.has(sha256)).map(([, key]) => key)
    expect(lost, `contents that were stored and are gone ${after}`).toEqual(gone)
  }

  /** Copies of the catalog whose object is not there, or is another, and those that are listed twice. */
  async falseCopies(): Promise<string[]> {
    const versions = await this.#s3.objects(BUCKET, { versions: true })
    const { rows } = await sql<{
      object_key: string
      version_id: string | null
      size: number
      sha256: string | null
      place: string
    }>`
      select c.object_key, c.version_id, c.size, r.sha256, c.place from copies c join destinations d on d.id = c.destination
      join revisions r on r.file = c.file and r.revision = c.revision
      where d.name = ${this.#destination}`.execute(this.#backup.db)
    const names = rows.map((row) => `${row.place} ${row.object_key} ${row.version_id}`)
    const twice = names.filter((name, i) => names.indexOf(name) !== i)
    const untrue = rows.filter(({ object_key, version_id, size, sha256 }) => {
      const object = versions.find(
        (one) => one.key === object_key && (version_id === null ? one.isLatest : one.versionId === version_id),
      )
      return (
        object === undefined ||
        object.isDeleteMarker ||
        object.size !== size ||
        (sha256 !== null && object.sha256 !== sha256)
      )
    })
    return [
      ...twice.map((name) => `twice: ${name}`),
      ...untrue.map((row) => `${row.place} ${row.object_key} ${row.version_id}`),
    ]
  }

  async #contents(): Promise<{ key: string; sha256: string }[]> {
    const objects = await this.#s3.objects(BUCKET, { versions: true })
    return objects.flatMap(({ key, sha256 }) => (sha256 === null || MARKER.test(key) ? [] : [{ key, sha256 }]))
  }
}

/** Cycles until nothing is due any more; hours pass between them. */
export async function settle(backup: Backup, most = 30): Promise<void> {
  for (let i = 0; i < most; i++) {
    backup.clock.time += 3_600_000
    const result = await backup.cycle()
    if (result.end === 'done' && (await backup.parts.catalog.nextDue('all')) === null) return
  }
  const { rows } =
    await sql`select f.path, f.stored_path, f.removed_at, d.* from deliveries d join files f on f.id = d.file`.execute(
      backup.db,
    )
  expect.fail(`work is left over after ${most} quiet cycles: ${JSON.stringify(rows, null, 1)}`)
}
