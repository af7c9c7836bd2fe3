import { expect, test } from 'vitest'
import { Installation } from './drivekeep.ts'

interface Diagnosis {
  ok: boolean
  checks: { area: string; step: string; ok: boolean; message: string }[]
}

test('doctor finds all well, and leaves nothing behind in the bucket', async () => {
  await using one = await Installation.start({ drive: { files: { 'a.txt': 'one' } } })
  await one.run(['sync'])
  const { code, stdout, stderr } = await one.run(['doctor'])
  expect([code, stderr]).toEqual([0, ''])
  expect(stdout).toMatch(/\nAll is well\.\n$/)
  for (const area of [
    'configuration',
    'this machine: disk',
    'catalog: integrity',
    'Google Drive: sign-in',
    'destination aws_s3: write',
  ])
    expect(stdout).toContain(`✓ ${area}`)
  expect(await one.objects()).toHaveLength(1)
})

test.each<[what: string, (one: Installation) => unknown, area: string, says: RegExp]>([
  [
    'a revoked token',
    (one) => one.drive.faults.add({ match: { name: 'oauth.token' }, fault: { kind: 'invalid-grant' } }),
    'Google Drive',
    /Sign in again/,
  ],
  [
    'a wrong storage secret',
    (one) => one.configure({ bucket: { secret_access_key: 'wrong-secret' } }),
    'destination aws_s3',
    /secret_access_key/,
  ],
  [
    'a missing bucket',
    (one) => one.configure({ bucket: { bucket: 'nowhere' } }),
    'destination aws_s3',
    /nowhere|bucket/,
  ],
  [
    'a right that is missing',
    (one) => one.s3.users.deny(one.s3.credentials.accessKeyId, { action: 'delete' }),
    'destination aws_s3',
    /s3:DeleteObject/,
  ],
  [
    'a wrong configuration',
    (one) => one.configure({ sync: { interval_seconds: -1 } }),
    'configuration',
    /interval_seconds/,
  ],
  [
    'a Drive that nobody serves',
    (one) => one.configure({ google: { api_url: 'http://127.0.0.1:1', token_url: 'http://127.0.0.1:1/token' } }),
    'Google Drive',
    /cannot be reached/,
  ],
])('doctor names %s and what to do', async (_, damage, area, says) => {
  await using one = await Installation.start()
  damage(one)
  const { code, stdout } = await one.run(['doctor', '--json'])
  const diagnosis = JSON.parse(stdout) as Diagnosis
  const wrong = diagnosis.checks.filter(({ ok }) => !ok)
  expect([code, diagnosis.ok, wrong.map((check) => check.area)]).toEqual([1, false, expect.arrayContaining([area])])
  expect(wrong.map(({ message }) => message).join('\n')).toMatch(says)
  expect(stdout).not.toContain('wrong-secret')
  const { stdout: text } = await one.run(['doctor'])
  expect(text).toMatch(/\n?✗ /)
})
