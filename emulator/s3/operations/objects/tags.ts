import { S3Error } from '../../errors.ts'
import { parseXml, tag, xmlDocument } from '../../xml.ts'
import type { Call, Reply } from '../call.ts'
import { versionHeader, versionOf } from './find-version.ts'

const MAX_TAGS = 10

/** Reads x-amz-tagging: `a=b&c=d`, URL-encoded. */
export function parseTagHeader(text: string): Record<string, string> {
  return checkTags([...new URLSearchParams(text)])
}

export async function putObjectTagging(call: Call): Promise<Reply> {
  const tagging = parseXml(await call.receiveText(), 'Tagging')
  const pairs = tagging.children.flatMap((set) =>
    set.all('Tag').map((one): [string, string] => [one.get('Key') ?? '', one.get('Value') ?? '']),
  )
  const version = versionOf(call)
  call.bucket().update(version, { tags: checkTags(pairs) })
  return { status: 200, headers: versionHeader(version) }
}

export function getObjectTagging(call: Call): Reply {
  const version = versionOf(call)
  const tags = Object.entries(version.tags).map(([key, value]) => `<Tag>${tag('Key', key)}${tag('Value', value)}</Tag>`)
  return {
    status: 200,
    headers: versionHeader(version),
    body: xmlDocument('Tagging', `<TagSet>${tags.join('')}</TagSet>`),
  }
}

export function deleteObjectTagging(call: Call): Reply {
  const version = versionOf(call)
  call.bucket().update(version, { tags: {} })
  return { status: 204, headers: versionHeader(version) }
}

function checkTags(pairs: [string, string][]): Record<string, string> {
  const tags = Object.fromEntries(pairs)
  const isWrong = pairs.some(([key, value]) => key === '' || key.length > 128 || value.length > 256)
  if (isWrong || pairs.length > MAX_TAGS || Object.keys(tags).length !== pairs.length) throw new S3Error('InvalidTag')
  return tags
}
