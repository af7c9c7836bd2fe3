import type { Identity } from '../auth/authenticate.ts'
import { S3Error } from '../errors.ts'
import { memoryBlobs } from '../storage/blob.ts'
import type { ExpectedBody } from './expected.ts'
import type { Incoming } from './incoming.ts'
import { receive } from './receive.ts'

const MAX_TEXT = 4 * 1024 * 1024

/** Takes a body of XML, with the same checks as an object's. */
export async function receiveText(incoming: Incoming, expected: ExpectedBody, identity: Identity): Promise<string> {
  if (expected.length > MAX_TEXT) throw new S3Error('EntityTooLarge')
  const options = { blobs: memoryBlobs, identity, opaqueEtags: true, alterStored: false }
  const { blob } = await receive(incoming, expected, options)
  const chunks: Buffer[] = []
  for await (const chunk of blob.read(0, blob.size)) chunks.push(chunk)
  return Buffer.concat(chunks).toString('utf8')
}
