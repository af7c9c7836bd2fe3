import { createHash } from 'node:crypto'

/** What names a file system takes. Found out by a probe, see traits.ts. */
export interface NameRules {
  /** The longest name, in bytes of UTF-8: 255 nearly everywhere, 143 on eCryptfs. */
  maxBytes: number
  /** Whether it takes `" * : < > ? | \`, which FAT, exFAT and NTFS refuse. */
  punctuation: boolean
  /** Whether it takes the characters below U+0020. */
  controls: boolean
  /** Whether it keeps a dot or a blank at the end; FAT drops them. */
  trailing: boolean
}

/** Linux's own file systems: everything but `/` and NUL. */
export const POSIX: NameRules = { maxBytes: 255, punctuation: true, controls: true, trailing: true }

/** A suffix longer than this is no file type but part of a name that happens to hold a dot. */
const MAX_EXTENSION_BYTES = 16
/** 48 bits: two of a million names in one folder share them with a probability of 1 in 500. Labels tell such names apart. */
const HASH_DIGITS = 12
const MAPPED = /~[0-9a-f]{12}(?:\.[^.]{1,16})?$/

/**
 * The path of a key's file below the folder. Each segment is kept as it is where the file system takes it; otherwise it
 * gets a suffix that is made of its hash: `What?.txt` → `What_~1f0c….txt`. Equal for equal keys.
 */
export function pathOf(key: string, rules: NameRules): string {
  return key
    .split('/')
    .map((segment) => (isPlain(segment, rules) ? segment : withHash(segment, segment, rules)))
    .join('/')
}

/** The name with a suffix made of the hash of `of`, which tells it apart from others of the same name. */
export function withHash(segment: string, of: string, rules: NameRules): string {
  const suffix = `~${createHash('sha256').update(of).digest('hex').slice(0, HASH_DIGITS)}`
  const extension = cleaned(extensionOf(segment), rules)
  const stem = cleaned(segment.slice(0, segment.length - extensionOf(segment).length), rules)
  return cutToBytes(stem, rules.maxBytes - suffix.length - Buffer.byteLength(extension)) + suffix + extension
}

/** Whether a name looks as if `withHash` had made it. A segment that looks so is mapped itself, so that it stays distinct. */
export function isMapped(name: string): boolean {
  return MAPPED.test(name)
}

/**
 * One spelling for all that any file system may take for the same path, whatever its case or composition. It may equate more
 * than the file system does, never less.
 */
export function folded(path: string): string {
  const once = (text: string) => text.normalize('NFKD').toUpperCase().toLowerCase()
  // ext4's case folding ignores these characters (Unicode, Default_Ignorable_Code_Point).
  return once(once(path)).replace(/\p{Default_Ignorable_Code_Point}/gu, '')
}

/** As storage and SQLite order keys: by their bytes in UTF-8. */
export function byBytes(a: string, b: string): number {
  if (SURROGATE.test(a) || SURROGATE.test(b)) return Buffer.compare(Buffer.from(a), Buffer.from(b))
  return a < b ? -1 : a > b ? 1 : 0
}
/** Without them, UTF-16 has the order of UTF-8. */
const SURROGATE = /[\ud800-\udfff]/

function isPlain(segment: string, rules: NameRules): boolean {
  return (
    segment !== '' &&
    segment !== '.' &&
    segment !== '..' &&
    Buffer.byteLength(segment) <= rules.maxBytes &&
    !isMapped(segment) &&
    cleaned(segment, rules) === segment &&
    (rules.trailing || !/[. ]$/.test(segment))
  )
}

function cleaned(text: string, rules: NameRules): string {
  let clean = text.replace(/\0/g, '_')
  if (!rules.punctuation) clean = clean.replace(/["*:<>?|\\]/g, '_')
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  if (!rules.controls) clean = clean.replace(/[\x01-\x1f]/g, '_')
  return clean
}

function extensionOf(name: string): string {
  const dot = name.lastIndexOf('.')
  if (dot <= 0 || dot === name.length - 1) return ''
  const extension = name.slice(dot)
  return Buffer.byteLength(extension) <= MAX_EXTENSION_BYTES && !/[. ]$/.test(extension) ? extension : ''
}

/** The longest beginning of `text` within so many bytes that splits no character. */
function cutToBytes(text: string, bytes: number): string {
  const buffer = Buffer.from(text)
  let end = Math.min(bytes, buffer.length)
  // 10xxxxxx marks a byte inside a character (RFC 3629).
  while (end > 0 && ((buffer[end] ?? 0) & 0xc0) === 0x80) end -= 1
  return buffer.toString('utf8', 0, end)
}
