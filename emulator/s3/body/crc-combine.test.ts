import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type ChecksumAlgorithm, checksumOfParts, startChecksum } from './checksums.ts'

async function checksum(algorithm: ChecksumAlgorithm, bytes: Uint8Array): Promise<string> {
  const running = await startChecksum(algorithm)
  running.update(Buffer.from(bytes))
  return running.digest().toString('base64')
}

test.each(['CRC32', 'CRC32C', 'CRC64NVME'] as const)(
  'the %s of parts combines to that of the whole',
  async (algorithm) => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 5000 }), { minLength: 1, maxLength: 6 }), async (parts) => {
        const values = await Promise.all(
          parts.map(async (part) => ({ value: await checksum(algorithm, part), size: part.length })),
        )
        const combined = await checksumOfParts(algorithm, 'FULL_OBJECT', values)
        expect(combined.value).toBe(await checksum(algorithm, Buffer.concat(parts)))
      }),
      { numRuns: 50 },
    )
  },
)
