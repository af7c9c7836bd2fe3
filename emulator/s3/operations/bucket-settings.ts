import { S3Error } from '../errors.ts'
import { parseXml, tag, xmlDocument } from '../xml.ts'
import type { Call, Reply } from './call.ts'

export function getBucketVersioning(call: Call): Reply {
  const { versioning } = call.bucket().settings
  const status = versioning === 'off' ? '' : tag('Status', versioning === 'enabled' ? 'Enabled' : 'Suspended')
  return { status: 200, body: xmlDocument('VersioningConfiguration', status) }
}

export async function putBucketVersioning(call: Call): Promise<Reply> {
  const status = parseXml(await call.receiveText(), 'VersioningConfiguration').get('Status')
  if (status !== 'Enabled' && status !== 'Suspended') throw new S3Error('MalformedXML')
  const bucket = call.bucket()
  if (status === 'Suspended' && bucket.settings.objectLock) {
    throw new S3Error(
      'InvalidBucketState',
      'An Object Lock configuration is present on this bucket, so the versioning state cannot be changed.',
    )
  }
  if (!call.service.habits.ignoreVersioning) {
    bucket.configure({ versioning: status === 'Enabled' ? 'enabled' : 'suspended' })
  }
  return { status: 200 }
}

export function getBucketLifecycle(call: Call): Reply {
  const { lifecycle } = call.bucket().settings
  if (lifecycle === null) throw new S3Error('NoSuchLifecycleConfiguration')
  return { status: 200, body: lifecycle }
}

export async function putBucketLifecycle(call: Call): Promise<Reply> {
  const xml = await call.receiveText()
  if (parseXml(xml, 'LifecycleConfiguration').all('Rule').length === 0) throw new S3Error('MalformedXML')
  call.bucket().configure({ lifecycle: xml })
  return { status: 200 }
}

export function deleteBucketLifecycle(call: Call): Reply {
  call.bucket().configure({ lifecycle: null })
  return { status: 204 }
}

export function getBucketTagging(call: Call): Reply {
  const { tagging } = call.bucket().settings
  if (tagging === null) throw new S3Error('NoSuchTagSet')
  return { status: 200, body: tagging }
}

export async function putBucketTagging(call: Call): Promise<Reply> {
  const xml = await call.receiveText()
  parseXml(xml, 'Tagging')
  call.bucket().configure({ tagging: xml })
  return { status: 204 }
}

export function deleteBucketTagging(call: Call): Reply {
  call.bucket().configure({ tagging: null })
  return { status: 204 }
}

export function getBucketPolicy(call: Call): Reply {
  call.bucket()
  throw new S3Error('NoSuchBucketPolicy')
}
