import { S3Error } from '../../errors.ts'
import { header } from '../../request.ts'
import type { ObjectVersion } from '../../storage/version.ts'
import { parseXml, tag, xmlDocument } from '../../xml.ts'
import type { Call, Reply } from '../call.ts'
import { parseRetention } from './describe.ts'
import { versionOf } from './find-version.ts'

export function getObjectLockConfiguration(call: Call): Reply {
  const { objectLock, defaultRetention } = call.bucket().settings
  if (!objectLock) throw new S3Error('ObjectLockConfigurationNotFoundError')
  const rule =
    defaultRetention === null
      ? ''
      : `<Rule><DefaultRetention>${tag('Mode', defaultRetention.mode)}${tag('Days', defaultRetention.days)}</DefaultRetention></Rule>`
  return {
    status: 200,
    body: xmlDocument('ObjectLockConfiguration', tag('ObjectLockEnabled', 'Enabled') + rule),
  }
}

export async function putObjectLockConfiguration(call: Call): Promise<Reply> {
  const xml = parseXml(await call.receiveText(), 'ObjectLockConfiguration')
  const bucket = call.bucket()
  if (xml.get('ObjectLockEnabled') !== 'Enabled') throw new S3Error('MalformedXML')
  if (bucket.settings.versioning !== 'enabled') {
    throw new S3Error(
      'InvalidBucketState',
      "Versioning must be 'Enabled' on the bucket to apply a Object Lock configuration",
    )
  }
  const retention = xml.all('Rule')[0]?.all('DefaultRetention')[0]
  const mode = retention?.get('Mode')
  const days = Number(retention?.get('Days') ?? Number(retention?.get('Years')) * 365)
  if (retention !== undefined && !(days > 0)) throw new S3Error('MalformedXML')
  if (retention !== undefined && mode !== 'GOVERNANCE' && mode !== 'COMPLIANCE') throw new S3Error('MalformedXML')
  const known = mode === 'GOVERNANCE' || mode === 'COMPLIANCE' ? mode : null
  bucket.configure({ objectLock: true, defaultRetention: known === null ? null : { mode: known, days } })
  return { status: 200 }
}

export function getObjectRetention(call: Call): Reply {
  const { retention } = lockable(call)
  if (retention === null) throw new S3Error('NoSuchObjectLockConfiguration')
  const until = tag('RetainUntilDate', new Date(retention.until).toISOString())
  return { status: 200, body: xmlDocument('Retention', tag('Mode', retention.mode) + until) }
}

/** A retention may be made longer by anybody, and shorter only in GOVERNANCE mode by who says so. */
export async function putObjectRetention(call: Call): Promise<Reply> {
  const xml = parseXml(await call.receiveText(), 'Retention')
  const version = lockable(call)
  const now = call.service.now()
  const bypass = header(call.request, 'x-amz-bypass-governance-retention') === 'true'
  const next = parseRetention(xml.get('Mode') ?? '', xml.get('RetainUntilDate') ?? '', now)
  const held = version.retention
  const isActive = held !== null && held.until > now
  const isWeaker = held !== null && (next.until < held.until || (held.mode === 'COMPLIANCE' && next.mode !== held.mode))
  if (isActive && isWeaker && !(held.mode === 'GOVERNANCE' && bypass)) {
    throw new S3Error('AccessDenied', 'Access Denied because object protected by object lock.')
  }
  call.bucket().update(version, { retention: next })
  return { status: 200 }
}

export function getObjectLegalHold(call: Call): Reply {
  const { legalHold } = lockable(call)
  return { status: 200, body: xmlDocument('LegalHold', tag('Status', legalHold ? 'ON' : 'OFF')) }
}

export async function putObjectLegalHold(call: Call): Promise<Reply> {
  const status = parseXml(await call.receiveText(), 'LegalHold').get('Status')
  if (status !== 'ON' && status !== 'OFF') throw new S3Error('MalformedXML')
  const version = lockable(call)
  call.bucket().update(version, { legalHold: status === 'ON' })
  return { status: 200 }
}

function lockable(call: Call): ObjectVersion {
  const version = versionOf(call)
  if (!call.bucket().settings.objectLock) {
    throw new S3Error('InvalidRequest', 'Bucket is missing Object Lock Configuration')
  }
  return version
}
