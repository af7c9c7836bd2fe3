import { expect, test } from 'vitest'
import { FAULTS, type FaultCode } from '../../src/backup/model/faults.ts'
import { outagesIn } from '../../src/catalog/work/outages.ts'
import { Backup } from '../backup/harness.ts'
import { startDaemon, until } from './daemon-under-test.ts'
import { QuickClock } from './quick-clock.ts'
import { Relay } from './relay.ts'

const HOUR = 3_600_000

/** One installation whose surroundings can be broken in every way. */
interface Surroundings {
  backup: Backup
  toStorage: Relay
  toDrive: Relay
  /** Sets how many ms storage's clock differs from ours. */
  setSkew(ms: number): void
}

interface Outage {
  what: string
  code: FaultCode
  begin(around: Surroundings): void | Promise<void>
  end(around: Surroundings): void | Promise<void>
}

const OUTAGES: Outage[] = [
  {
    what: 'the right to write is taken away',
    code: 'storage/access-denied',
    begin: ({ backup: { s3 } }) => s3.users.deny(s3.credentials.accessKeyId, { action: 'put' }),
    end: ({ backup: { s3 } }) => s3.users.allow(s3.credentials.accessKeyId),
  },
  {
    what: 'the access key is deactivated',
    code: 'storage/credentials-refused',
    begin: ({ backup: { s3 } }) => s3.users.remove(s3.credentials.accessKeyId),
    end: ({ backup: { s3 } }) => void s3.users.add(s3.credentials),
  },
  {
    what: 'the bucket is gone',
    code: 'storage/no-bucket',
    begin: ({ backup: { s3 } }) => void s3.faults.add({ fault: { kind: 'answer', status: 404, code: 'NoSuchBucket' } }),
    end: ({ backup: { s3 } }) => s3.faults.clear(),
  },
  {
    what: 'storage is full',
    code: 'storage/full',
    begin: ({ backup: { s3 } }) => void s3.faults.add({ fault: { kind: 'disk-full' } }),
    end: ({ backup: { s3 } }) => s3.faults.clear(),
  },
  {
    what: 'the clock is one hour off',
    code: 'storage/clock-skew',
    begin: ({ setSkew }) => setSkew(HOUR),
    end: ({ setSkew }) => setSkew(0),
  },
  {
    what: 'storage is down',
    code: 'storage/unreachable',
    begin: ({ toStorage }) => toStorage.cut(),
    end: ({ toStorage }) => toStorage.mend(),
  },
  {
    what: 'the sign-in is revoked',
    code: 'google/sign-in-ended',
    begin: ({ backup: { drive } }) => drive.tokens.revokeUser('owner@example.com'),
    end: ({ backup: { drive } }) => {
      const { clientId, refreshToken } = drive.credentials
      const scopes = new Set(['https://www.googleapis.com/auth/drive'])
      drive.tokens.issueRefresh({ user: 'owner@example.com', clientId, scopes }, refreshToken)
    },
  },
  {
    what: 'Drive is down',
    code: 'google/unreachable',
    begin: ({ toDrive }) => toDrive.cut(),
    end: ({ toDrive }) => toDrive.mend(),
  },
  {
    what: 'the API is switched off',
    code: 'google/api-disabled',
    begin: ({ backup: { drive } }) =>
      void drive.faults.add({ fault: { kind: 'error', status: 403, reason: 'accessNotConfigured' } }),
    end: ({ backup: { drive } }) => drive.faults.clear(),
  },
]

for (const { what, code, begin, end } of OUTAGES)
  test(`${what} in mid-run: ${code} with its hint, no attempt is burned, and all is stored when that is over`, async () => {
    await using around = await surroundings(150)
    const { backup } = around
    await using daemon = await startDaemon(backup, new QuickClock())
    await until(daemon, () => backup.s3.requests.count('PutObject', 200) >= 10)
    await begin(around)
    await until(daemon, async () => (await faults(backup)).some((fault) => fault.code === code))
    expect((await faults(backup)).find((fault) => fault.code === code)?.message).toContain(FAULTS[code].hint)

    backup.drive.create({ name: 'created meanwhile.txt', content: 'new' })
    if (code.startsWith('storage/')) {
      // Storage is out of order, Drive is not: what changes there is still seen.
      await until(daemon, async () => (await rows(backup)).some((row) => row.name === 'created meanwhile.txt'))
    }
    const looks = daemon.looks
    await until(daemon, () => daemon.looks >= looks + 3)
    expect((await faults(backup)).map((fault) => fault.code)).toContain(code)
    // A download that was cut in the middle may be its file's own outage: that costs one attempt of its five, once.
    const burned = code === 'google/unreachable' ? 1 : 0
    for (const { name, attempts, sync_status } of await rows(backup)) {
      expect(attempts, name).toBeLessThanOrEqual(burned)
      expect(sync_status, name).not.toBe('failed')
    }

    await end(around)
    await until(daemon, () => isSettled(backup, 151))
    expect(await faults(backup)).toEqual([])
    expect(Object.keys(await backup.contents()).length).toBe(151)
  })

async function surroundings(files: number): Promise<Surroundings & AsyncDisposable> {
  let skew = 0
  const relays: Relay[] = []
  const backup = await Backup.start({
    drive: { files: Object.fromEntries(Array.from({ length: files }, (_, i) => [`${i}.txt`, `text ${i}`])) },
    s3: { latencyMs: 5, now: () => Date.now() + skew },
    wire: async ({ drive, s3 }) => {
      const [toDrive, toStorage] = [await Relay.to(drive.url), await Relay.to(s3.url)]
      relays.push(toDrive, toStorage)
      return {
        source: { apiUrl: toDrive.url, tokenUrl: `${toDrive.url}/token` },
        destination: { endpoint: toStorage.url, retryBaseMs: 2 },
      }
    },
  })
  const [toDrive, toStorage] = relays
  if (toDrive === undefined || toStorage === undefined) throw new Error('no relays')
  return {
    ...{ backup, toDrive, toStorage },
    setSkew: (ms) => {
      skew = ms
    },
    async [Symbol.asyncDispose]() {
      for (const relay of relays) await relay[Symbol.asyncDispose]()
      await backup[Symbol.asyncDispose]()
    },
  }
}

async function faults({ db }: Backup) {
  return (await outagesIn(db)).map(({ fault }) => fault)
}

function rows({ db }: Backup) {
  return db.selectFrom('files').selectAll().execute()
}

async function isSettled(backup: Backup, files: number): Promise<boolean> {
  const { synced, pending } = await backup.standing()
  return synced === files && pending === 0 && (await faults(backup)).length === 0
}
