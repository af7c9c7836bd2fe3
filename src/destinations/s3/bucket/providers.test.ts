import { expect, test } from 'vitest'
import { providerOf } from './providers.ts'

test('a provider is found by its endpoint, and named by the operator before that', () => {
  expect(providerOf(null, null).name).toBe('aws')
  expect(providerOf(null, 'https://s3.eu-west-1.amazonaws.com').name).toBe('aws')
  expect(providerOf(null, 'https://s3.fr-par.scw.cloud')).toMatchObject({ name: 'scaleway', maxParts: 1_000 })
  expect(providerOf(null, 'https://0123.r2.cloudflarestorage.com').name).toBe('cloudflare')
  expect(providerOf(null, 'http://127.0.0.1:9000')).toMatchObject({ name: 'other', pathStyle: true })
  expect(providerOf('minio', 'http://127.0.0.1:9000').name).toBe('minio')
  expect(providerOf(null, 'https://amazonaws.com.example.org').name).toBe('other')
})

test('a region has an endpoint where the provider has a pattern', () => {
  expect(providerOf('aws', null).endpoint?.('eu-central-1')).toBe('https://s3.eu-central-1.amazonaws.com')
  expect(providerOf('aws', null).endpoint?.('cn-north-1')).toBe('https://s3.cn-north-1.amazonaws.com.cn')
  expect(providerOf('minio', null).endpoint).toBeNull()
})
