import type { Item } from '../../backup/model/item.ts'

/**
 * Names and paths as they are stored: every item has a stored name that is unique among its siblings, so that every
 * path, and every object key made from it, belongs to one item only.
 *
 * A name is kept as it is in Drive wherever that is safe. Where it is not (it would escape its folder, hold a `/` or a
 * control character, be empty) or where a sibling has it already, it gets the item's id in parentheses before its
 * extension: `report (1bAQ…).pdf`. Names are compared byte by byte: NFC and NFD twins are two names, as they are in Drive.
 */

/** Top-level folders for items without a parent that we can see. A real folder of that name gets its id. */
export const ORPHANED = '.orphaned'
export const SHARED_WITH_ME = '.shared-with-me'
const RESERVED = new Set([ORPHANED, SHARED_WITH_ME])

/**
 * A name that looks as if it carried an id gets its own as well: so a name with an id can never be another item's plain
 * name, and belongs to one item for certain. Drive's ids have at least 19 characters.
 */
const CARRIES_ID = / \([A-Za-z0-9_-]{19,}\)(\.[A-Za-z0-9]{1,11})*$/

/** What an item is stored as, before siblings are looked at. `exact`: nothing had to be replaced. */
export function safeName(item: Pick<Item, 'id' | 'name' | 'content'>): { name: string; exact: boolean } {
  const extension = extensionOf(item.content)
  // `/` would make a folder; control characters and DEL are not legal in XML answers and break terminals;
  // U+FFFE and U+FFFF are not legal in XML either.
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  const safe = item.name.toWellFormed().replace(/[/\u0000-\u001f\u007f\ufffe\uffff]/gu, '_')
  const special = safe === '' || safe === '.' || safe === '..' || RESERVED.has(safe) || CARRIES_ID.test(safe)
  const exact = safe === item.name && !special
  return exact ? { name: safe + extension, exact } : { name: withId(safe, extension, item), exact }
}

/** The name for an item whose own name a sibling has already. */
export function nameWithId(item: Pick<Item, 'id' | 'name' | 'content'>): string {
  const { name, exact } = safeName(item)
  const extension = extensionOf(item.content)
  return exact ? withId(name.slice(0, name.length - extension.length), extension, item) : name
}

/** Native documents and shortcuts are stored as files of another type than their name says. */
function extensionOf(content: Item['content']): string {
  if (content.kind === 'native') return content.export?.extension ?? ''
  return content.kind === 'shortcut' ? '.shortcut.json' : ''
}

function withId(name: string, extension: string, { id, content }: Pick<Item, 'id' | 'content'>): string {
  const own = extension === '' && content.kind !== 'folder' ? (OWN_EXTENSION.exec(name)?.[0] ?? '') : ''
  return `${name.slice(0, name.length - own.length)} (${id})${own}${extension}`
}

/** An extension worth keeping at the end: short, and not the whole name (`.bashrc`). */
const OWN_EXTENSION = /(?<=.)\.[A-Za-z0-9]{1,11}$/s
