import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { BIN, Running } from './drivekeep.ts'

const SOURCE = 'sources: { google_drive: { client_id: a, client_secret: hush-hush, refresh_token: b } }\n'
const BUCKET = 'destinations: { aws_s3: { bucket: my-backup } }\n'

/** What is wrong, the configuration, and the line and words by which a person finds it and knows what to do. */
const BROKEN: [what: string, text: string, message: RegExp][] = [
  ['no YAML', `${SOURCE}${BUCKET}sync: {\n`, /config\.yaml:\d+:\d+ .*/],
  ['a tab', `${SOURCE}${BUCKET}sync:\n\tmode: realtime\n`, /config\.yaml:4:1 .*tab.*spaces/],
  [
    'an unknown key',
    `${SOURCE}${BUCKET}sync: { intervall_seconds: 5 }\n`,
    /config\.yaml:3:\d+ .*intervall_seconds.*interval_seconds/,
  ],
  [
    'a wrong type',
    `${SOURCE}${BUCKET}sync: { interval_seconds: often }\n`,
    /config\.yaml:3:\d+ sync\.interval_seconds: .*number/,
  ],
  ['out of range', `${SOURCE}${BUCKET}sync: { interval_seconds: 0 }\n`, /config\.yaml:3:\d+ sync\.interval_seconds: /],
  [
    'a variable that is not set',
    `${BUCKET}${SOURCE.replace('hush-hush', `\${GOOGLE_CLIENT_SECRET}`)}`,
    /config\.yaml:2:\d+ .*GOOGLE_CLIENT_SECRET.*not set\. Set it/,
  ],
  ['no credentials', `${BUCKET}`, /sources.google_drive: has no credentials\. Set /],
  ['no destination', `${SOURCE}`, /destinations: has no enabled destination\. Add one/],
  [
    'a missing key file',
    `sources: { google_drive: { service_account_file: key.json } }\n${BUCKET}`,
    /config\.yaml:1:\d+ .*key\.json, which does not exist\. Create /,
  ],
  [
    'a bucket with a path',
    `${SOURCE}destinations: { aws_s3: { bucket: s3://my-backup/x } }\n`,
    /config\.yaml:2:\d+ destinations\.aws_s3\.bucket: .*without s3:\/\//,
  ],
  [
    'a data folder that is a file',
    `data_dir: config.yaml\n${SOURCE}${BUCKET}`,
    /config\.yaml:1:\d+ data_dir: .*not a folder\. Name a folder/,
  ],
  [
    'half of the storage keys',
    `${SOURCE}destinations: { aws_s3: { bucket: my-backup, access_key_id: a } }\n`,
    /secret_access_key: is missing, while access_key_id is set\./,
  ],
]

test.each(BROKEN)('%s is one clear message with its place and remedy, and exit code 2', async (_, text, message) => {
  const folder = mkdtempSync(join(tmpdir(), 'drivekeep-broken-'))
  try {
    writeFileSync(join(folder, 'config.yaml'), text)
    for (const command of [
      ['config', 'check'],
      ['sync', '--json'],
    ]) {
      const { code, stdout, stderr } = await new Running(BIN, command, { cwd: folder }).ended
      expect([code, stdout]).toEqual([2, ''])
      expect(stderr).toMatch(/^drivekeep: /)
      expect(stderr.trimEnd()).toMatch(message)
      expect(stderr).not.toContain('hush-hush')
      expect(stderr).not.toContain('    at ')
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test('several problems are told at once', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'drivekeep-broken-'))
  try {
    writeFileSync(join(folder, 'config.yaml'), `${SOURCE}sync: { mode: sometimes, batch_size: 0 }\n`)
    const { code, stderr } = await new Running(BIN, ['config', 'check'], { cwd: folder }).ended
    expect([code, stderr.split('\n')[0]]).toEqual([2, 'drivekeep: the configuration has 3 problems:'])
    expect(stderr.trimEnd().split('\n')).toHaveLength(4)
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test('without a configuration it says how to get one', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'drivekeep-broken-'))
  try {
    for (const command of ['sync', 'status', 'pause', 'ls', 'failures']) {
      const { code, stderr } = await new Running(BIN, [command], { cwd: folder }).ended
      expect([code, stderr]).toEqual([2, expect.stringMatching(/config\.yaml: does not exist\. Run `drivekeep init`/)])
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test('config schema is a JSON Schema that knows the keys', async () => {
  const { code, stdout } = await new Running(BIN, ['config', 'schema'], {}).ended
  const schema = JSON.parse(stdout) as { properties: Record<string, unknown> }
  expect([code, Object.keys(schema.properties)]).toEqual([
    0,
    expect.arrayContaining(['sources', 'destinations', 'sync']),
  ])
})
