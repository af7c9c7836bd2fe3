import { expect, test } from 'vitest'
import { csvRow } from './export-activity.ts'

test.each([
  [['plain', 7, null, ''], 'plain,7,,'],
  [['a, b', 'say "hi"', 'two\r\nlines'], '"a, b","say ""hi""","two\r\nlines"'],
  [['=HYPERLINK("http://x")'], `"'=HYPERLINK(""http://x"")"`],
  [['+1', '-1', '@x', '\tx', '\rx'], `'+1,'-1,'@x,'\tx,"'\rx"`],
  [[-5, 'a=b'], '-5,a=b'],
])('%j becomes %s', (cells, line) => {
  expect(csvRow(cells)).toBe(`${line}\r\n`)
})
