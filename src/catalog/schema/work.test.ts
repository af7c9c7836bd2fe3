import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { array, assert, integer, property, record } from 'fast-check'
import { expect, test } from 'vitest'
import { openCatalog } from '../open.ts'

const steps = array(
  record({
    do: integer({ min: 0, max: 4 }),
    file: integer({ min: 1, max: 3 }),
    destination: integer({ min: 1, max: 3 }),
    failed: integer({ min: 0, max: 1 }),
    priority: integer({ min: 0, max: 3 }),
  }),
  { maxLength: 40 },
)

test('whatever becomes of deliveries, the tallies say what a count says', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'drivekeep-test-'))
  const file = join(folder, 'sync_state.db')
  await (await openCatalog(file)).destroy()
  const db = new Database(file)
  db.pragma('foreign_keys = OFF')
  const insert =
    db.prepare(`insert into deliveries (file, destination, source_id, bytes, priority, since, due_at, failed)
    values (@file, @destination, @file % 2, 10, @priority, '', '', @failed)
    on conflict do update set priority = excluded.priority, failed = excluded.failed`)
  const change = db.prepare('update deliveries set failed = @failed, priority = @priority where file = @file')
  const drop = db.prepare('delete from deliveries where file = @file and destination = @destination')
  const dropAll = db.prepare('delete from deliveries where file = @file')
  assert(
    property(steps, (all) => {
      for (const { do: what, ...row } of all) {
        if (what < 2) insert.run(row)
        else if (what === 2) change.run({ file: row.file, failed: row.failed, priority: row.priority })
        else if (what === 3) drop.run({ file: row.file, destination: row.destination })
        else dropAll.run({ file: row.file })
      }
      const files = db.prepare('select source_id, status, files from work_tallies where files <> 0 order by 1, 2').all()
      const counted = db.prepare(`select source_id, iif(failed, 'failed', 'pending') as status, count(*) as files
        from (select source_id, file, max(failed) as failed from deliveries group by file) group by 1, 2 order by 1, 2`)
      expect(files).toEqual(counted.all())
      const tallies =
        db.prepare(`select source_id, destination, priority, failed, deliveries, bytes from delivery_tallies
        where deliveries <> 0 order by 1, 2, 3, 4`)
      const deliveries =
        db.prepare(`select source_id, destination, priority, failed, count(*) as deliveries, sum(bytes) as bytes
        from deliveries group by 1, 2, 3, 4 order by 1, 2, 3, 4`)
      expect(tallies.all()).toEqual(deliveries.all())
    }),
  )
  db.close()
  await rm(folder, { recursive: true })
})
