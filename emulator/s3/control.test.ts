import { expect, test } from 'vitest'
import { type S3Server, startS3 } from './index.ts'
import { send } from './test-client.ts'

/** About 1.5 MiB as a listing, many times what a response holds before it wants to be drained. */
async function startWithLongListing(): Promise<S3Server> {
  const s3 = await startS3({ buckets: ['backup'] })
  const headers = { 'x-amz-meta-long': 'x'.repeat(2000) }
  for (let i = 0; i < 500; i++) {
    await send(s3, { method: 'PUT', path: `/backup/${i}-${'k'.repeat(900)}`, headers, body: '' })
  }
  return s3
}

test('a long listing leaves nothing behind on its connection each time it waits for the client', async () => {
  await using s3 = await startWithLongListing()
  const warnings: string[] = []
  const note = ({ message }: Error): unknown => warnings.push(message)
  process.on('warning', note)
  try {
    const lines = (await (await fetch(`${s3.url}/_emulator/objects?bucket=backup`)).text()).trim().split('\n')
    expect(lines).toHaveLength(500)
  } finally {
    process.off('warning', note)
  }
  expect(warnings).toEqual([])
})
