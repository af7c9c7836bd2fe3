import { Fault } from '../../../backup/model/faults.ts'
import { badAnswer, refusalOf } from '../api/errors.ts'
import { parseXml, text } from '../api/xml.ts'
import type { Bucket } from './bucket.ts'

/** `Enabled`, `Suspended`, `never` switched on, or `unknown` where we may not ask or the server has no versioning. */
export type Versioning = 'Enabled' | 'Suspended' | 'never' | 'unknown'

export async function readVersioning(bucket: Bucket, signal: AbortSignal): Promise<Versioning> {
  try {
    const answer = await bucket.client.send({ method: 'GET', key: null, query: 'versioning=' }, signal)
    const configuration = parseXml(answer.body, 'VersioningConfiguration')
    if (configuration === null) {
      // A server that does not know the question lists the bucket instead.
      if (parseXml(answer.body, 'ListBucketResult') !== null) return 'unknown'
      throw badAnswer('not a versioning state', answer, bucket.client.subject({ key: null }))
    }
    const status = text(configuration, 'Status')
    return status === 'Enabled' || status === 'Suspended' ? status : 'never'
  } catch (error) {
    // A server without versioning says 501, 405 or 400.
    const denied = error instanceof Fault && error.code === 'storage/access-denied'
    const unimplemented = [400, 405, 501].includes(refusalOf(error)?.status ?? 0)
    if (error instanceof Fault && (denied || (unimplemented && error.code === 'storage/request-refused')))
      return 'unknown'
    throw error
  }
}
