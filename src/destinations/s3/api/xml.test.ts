import { expect, test } from 'vitest'
import { all, escapeXml, parseXml, text } from './xml.ts'

const listing = `<?xml version="1.0" encoding="UTF-8"?>
<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Prefix/><IsTruncated>false</IsTruncated>
<Contents><Key> 007 &amp;amp; &#xA;&#10;&lt;ü&gt; </Key><Size>1</Size></Contents></ListBucketResult>
`

test('text stays text, blanks and references included, and one child is a list too', () => {
  const xml = parseXml(listing, 'ListBucketResult') ?? {}
  const keys = all(xml, 'Contents').map((object) => text(object, 'Key'))
  expect(keys).toEqual([' 007 &amp; \n\n<ü> '])
  expect(text(xml, 'IsTruncated')).toBe('false')
  expect(text(xml, 'Missing')).toBeNull()
})

test('what is cut off, foreign or of another root is null', () => {
  for (let end = 0; end < listing.length - 2; end++)
    expect(parseXml(listing.slice(0, end), 'ListBucketResult')).toBeNull()
  expect(parseXml(listing, 'Error')).toBeNull()
  expect(parseXml('<html><body>hello</body></html>', 'Error')).toBeNull()
  expect(parseXml('{"Error":1}', 'Error')).toBeNull()
})

test('an empty root is an empty element', () => {
  expect(parseXml('<VersioningConfiguration xmlns="x"/>', 'VersioningConfiguration')).toEqual({})
  expect(parseXml('<VersioningConfiguration xmlns="x"></VersioningConfiguration>', 'VersioningConfiguration')).toEqual(
    {},
  )
})

test('an entity that a document defines itself is not expanded', () => {
  const bomb = `<!DOCTYPE Error [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><Error><Code>&b;</Code></Error>`
  expect(text(parseXml(bomb, 'Error') ?? {}, 'Code') ?? '').not.toContain('aaaa')
})

test('escaped text is read back', () => {
  const wild = `"a"&<b>'c'`
  expect(text(parseXml(`<R><T>${escapeXml(wild)}</T></R>`, 'R') ?? {}, 'T')).toBe(wild)
})
