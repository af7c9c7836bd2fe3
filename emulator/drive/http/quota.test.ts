import { expect, test } from 'vitest'
import { apiClient } from '../api-client.ts'
import { startDrive } from '../index.ts'
import { Quota } from './quota.ts'

/** How many calls of a price pass until the first refusal. */
function passing(quota: Quota, cost: 'read' | 'list' | 'download', user = 'a'): number {
  for (let count = 0; ; count++) {
    try {
      quota.spend(user, 'p', cost)
    } catch {
      return count
    }
  }
}

test('units: 1,625 downloads or 3,250 lists a minute for a user; the minute slides', () => {
  let now = 0
  const quota = new Quota({ model: 'units' }, () => now)
  expect(passing(quota, 'download')).toBe(1625)
  now = 59_000
  expect(passing(quota, 'download')).toBe(0)
  now = 60_000
  expect(passing(quota, 'list')).toBe(3250)
  now = 30 * 60_000
  expect(passing(quota, 'read')).toBe(65_000)
})

test('the project has a limit of its own', () => {
  const quota = new Quota({ model: 'units' }, () => 0)
  const users = ['a', 'b', 'c', 'd'].map((user) => passing(quota, 'download', user))
  expect(users).toEqual([1625, 1625, 1625, 125])
})

test('queries: every call counts one; what is spent early in the minute comes back first', () => {
  let now = 0
  const quota = new Quota({ model: 'queries', perMinutePerUser: 100, perMinutePerProject: 1000 }, () => now)
  for (let n = 0; n < 40; n++) quota.spend('a', 'p', 'list')
  now = 30_000
  expect(passing(quota, 'download')).toBe(60)
  now = 60_000
  expect(passing(quota, 'read')).toBe(40)
  now = 90_000
  expect(passing(quota, 'read')).toBe(60)
})

test('a refusal is what Google sends, and costs nothing', async () => {
  let now = Date.UTC(2026, 0, 1)
  await using drive = await startDrive({
    now: () => now,
    quota: { model: 'queries', perMinutePerUser: 2, retryAfter: true },
  })
  const { ask } = apiClient(drive)
  const statuses = [(await ask('files')).status, (await ask('files')).status, (await ask('files')).status]
  expect(statuses).toEqual([200, 200, 403])
  const { headers, body } = await ask('files')
  expect(body.error.errors[0]).toMatchObject({ domain: 'usageLimits', reason: 'userRateLimitExceeded' })
  expect(headers.get('retry-after')).toBe('60')
  now += 60_000
  expect((await ask('files')).status).toBe(200)
  drive.setQuota({ model: 'queries', perMinutePerUser: 0, refusal: 429 })
  expect((await ask('files')).status).toBe(429)
})
