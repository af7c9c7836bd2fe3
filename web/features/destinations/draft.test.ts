import { describe, expect, test } from 'vitest'
import type { Destination, DestinationType } from '../../api/types.ts'
import { type DestinationForm, draftOf, errorsFrom, errorsIn, formOf, newForm, withType } from './draft.ts'
import { policyFor } from './policy.ts'

const AWS: DestinationType = {
  ...{ type: 'aws', title: 'Amazon S3', kind: 's3', default_region: 'us-east-1', needs_endpoint: false },
  ...{ region_example: null, endpoint_example: null, key: '', key_page: null, storage_classes: [] },
}
const MINIO: DestinationType = { ...AWS, type: 'minio', title: 'MinIO', needs_endpoint: true }
const HETZNER: DestinationType = { ...AWS, type: 'hetzner', title: 'Hetzner', default_region: null }
const FOLDER: DestinationType = { ...AWS, type: 'folder', title: 'Folder', kind: 'folder', default_region: null }
const GOOD: DestinationForm = {
  ...newForm('aws', []),
  bucket: 'my-backup',
  access_key_id: 'AKIAEXAMPLE',
  secret_access_key: 'hidden',
}

describe('what is wrong with a form', () => {
  test.each<[string, Partial<DestinationForm>, DestinationType, string[]]>([
    ['nothing', {}, AWS, []],
    ['no bucket', { bucket: ' ' }, AWS, ['bucket']],
    ['an address for a bucket', { bucket: 's3://my-backup/files' }, AWS, ['bucket']],
    ['a name with a blank', { name: 'my bucket' }, AWS, ['name']],
    ['a name that is taken', { name: 'scaleway' }, AWS, ['name']],
    ['no endpoint where one is needed', {}, MINIO, ['endpoint']],
    ['an endpoint without https', { endpoint: 's3.example.com' }, MINIO, ['endpoint']],
    ['an endpoint with a password', { endpoint: 'https://a:b@s3.example.com' }, MINIO, ['endpoint']],
    ['no region where none can be guessed', {}, HETZNER, ['region']],
    ['no key', { access_key_id: '', secret_access_key: '' }, AWS, ['access_key_id', 'secret_access_key']],
    ['a folder needs no bucket', { bucket: '', path: '/mnt/backup' }, FOLDER, []],
    ['no folder', { bucket: '', path: ' ' }, FOLDER, ['path']],
    ['a folder that is not a whole path', { path: 'backup' }, FOLDER, ['path']],
    ['no key needed', { access_key_id: '', secret_access_key: '', credentials: 'machine' }, AWS, []],
  ])('%s', (_, change, type, fields) => {
    const errors = errorsIn({ ...GOOD, ...change }, { type, taken: ['scaleway'], kept: false })
    expect(Object.keys(errors)).toEqual(fields)
  })

  test('a secret that is kept need not be written again', () => {
    expect(errorsIn({ ...GOOD, secret_access_key: '' }, { type: AWS, taken: [], kept: true })).toEqual({})
  })
})

describe('what is sent', () => {
  test('texts without blanks around them, null for what is empty', () => {
    const form = { ...GOOD, bucket: ' my-backup ', prefix: '/drive/', endpoint: ' ', region: 'eu-west-1 ' }
    expect(draftOf(form)).toEqual({
      type: 'aws',
      enabled: true,
      bucket: 'my-backup',
      region: 'eu-west-1',
      prefix: 'drive',
      endpoint: null,
      force_path_style: false,
      storage_class: null,
      layout: 'mirror',
      access_key_id: 'AKIAEXAMPLE',
      secret_access_key: 'hidden',
    })
  })

  test('of a folder, its path', () => {
    const form = { ...GOOD, type: 'folder', path: ' /mnt/backup ', layout: 'id' } as const
    expect(draftOf(form)).toEqual({ type: 'folder', enabled: true, path: '/mnt/backup', prefix: '', layout: 'id' })
  })

  test('no secret when none was typed, and no key for the machine’s own credentials', () => {
    expect(draftOf({ ...GOOD, secret_access_key: '' })).not.toHaveProperty('secret_access_key')
    const machine = draftOf({ ...GOOD, credentials: 'machine' })
    expect(machine.access_key_id).toBeNull()
    expect(machine).not.toHaveProperty('secret_access_key')
  })

  test('what is kept goes into the form and out again unchanged', () => {
    const settings = {
      bucket: 'my-backup',
      region: 'garage',
      prefix: 'drive',
      endpoint: 'https://s3.example.com',
      force_path_style: true,
      storage_class: null,
      access_key_id: 'GK1',
    }
    const kept = { name: 'home', type: 'garage', enabled: false, settings } as Destination
    expect(draftOf(formOf(kept))).toEqual({ type: 'garage', enabled: false, ...settings })
  })
})

test('another type takes its own name, unless somebody chose one', () => {
  expect(withType(newForm('aws', []), 'wasabi', []).name).toBe('wasabi')
  expect(withType(newForm('aws', ['aws_s3']), 'minio', ['aws_s3', 'minio']).name).toBe('minio_2')
  expect(withType({ ...GOOD, name: 'cellar' }, 'wasabi', []).name).toBe('cellar')
  expect(withType({ ...GOOD, region: 'eu-west-1', credentials: 'machine' }, 'wasabi', [])).toMatchObject({
    region: '',
    credentials: 'key',
  })
})

test('the server’s complaints find their fields', () => {
  expect(
    errorsFrom([
      { field: 'draft.bucket', message: 'must be a bucket' },
      { field: 'destinations.aws_s3.region', message: 'is missing' },
      { field: 'destinations.aws_s3', message: 'Points at the same bucket as home.' },
    ]),
  ).toEqual({
    fields: { bucket: 'must be a bucket', region: 'is missing' },
    rest: 'Points at the same bucket as home.',
  })
})

test('the policy names the bucket and what lies below the prefix', () => {
  const { Statement } = JSON.parse(policyFor('my-backup', '/drive/'))
  expect(Statement.map(({ Resource }: { Resource: string }) => Resource)).toEqual([
    'arn:aws:s3:::my-backup',
    'arn:aws:s3:::my-backup/drive/*',
  ])
  expect(policyFor('', '')).toContain('arn:aws:s3:::BUCKET/*')
})
