import type { Setting } from '../../api/types.ts'
import { CallError } from '../../server/call.ts'
import { plural } from '../../ui/data/format.ts'
import { EFFECT_OF_RESET, effectOf } from './effects.ts'
import { complaint, fieldOf, shown } from './field.ts'
import { titleOf } from './groups.ts'

/** What somebody has typed and not saved yet, by key. `reset`: back to config.yaml. */
export type Edits = ReadonlyMap<string, { to: unknown } | 'reset'>

/** A change as it is shown for a last review. */
export interface Change {
  key: string
  title: string
  from: string
  to: string
  effect: string
}

/** Takes an edit in; one that ends where it began is none. An emptied text is no value: that goes back to config.yaml. */
export function edited(edits: Edits, setting: Setting, typed: unknown): Edits {
  const field = fieldOf(setting.schema)
  const to = typed === '' && 'optional' in field && field.optional ? null : typed
  const next = new Map(edits)
  if (setting.secret ? to === null || to === '' : same(to, setting.value)) next.delete(setting.key)
  else next.set(setting.key, to === null && setting.origin === 'dashboard' ? 'reset' : { to })
  return next
}

export function reset(edits: Edits, key: string): Edits {
  return new Map(edits).set(key, 'reset')
}

export function undone(edits: Edits, key: string): Edits {
  const next = new Map(edits)
  next.delete(key)
  return next
}

/** The value a field shows: what was typed, else what holds. */
export function valueIn(edits: Edits, setting: Setting): unknown {
  const edit = edits.get(setting.key)
  if (edit === undefined || edit === 'reset') return setting.secret ? '' : setting.value
  return edit.to ?? ''
}

/** Why the edits cannot be saved, by key. */
export function complaintsIn(edits: Edits, settings: readonly Setting[]): Map<string, string> {
  const found = new Map<string, string>()
  for (const { key, schema } of settings) {
    const edit = edits.get(key)
    if (edit === undefined || edit === 'reset') continue
    // A value in the file can be replaced from here, and taken away only there.
    const said =
      edit.to === null ? 'Take it out of config.yaml: this stands there.' : complaint(fieldOf(schema), edit.to)
    if (said !== null) found.set(key, said)
  }
  return found
}

export function changesIn(edits: Edits, settings: readonly Setting[]): Change[] {
  return settings.flatMap((setting) => {
    const edit = edits.get(setting.key)
    if (edit === undefined) return []
    const { key, secret, value } = setting
    const from = secret ? (setting.set ? 'a secret that is set' : 'nothing') : shown(key, value)
    const change = { key, title: titleOf(key), from }
    if (edit === 'reset') return [{ ...change, to: 'what config.yaml says', effect: EFFECT_OF_RESET }]
    const to = secret ? 'another secret' : shown(key, edit.to)
    return [{ ...change, ...listed(value, edit.to, { from, to }), effect: effectOf(key, value, edit.to) }]
  })
}

/** Of two long lists only what differs is worth reading. */
function listed(from: unknown, to: unknown, words: { from: string; to: string }): { from: string; to: string } {
  if (!Array.isArray(from) || !Array.isArray(to) || from.length === 0) return words
  const more = to.filter((line) => !from.includes(line)).map((line) => `with ${line}`)
  const less = from.filter((line) => !to.includes(line)).map((line) => `without ${line}`)
  const differs = [...more, ...less]
  return { from: plural(from.length, 'line'), to: differs.length === 0 ? 'another order' : differs.join(', ') }
}

/** Why nothing was saved. */
export interface Refused {
  /** What the server said of a key: not always of one that was changed. */
  byKey: ReadonlyMap<string, string>
  /** What cannot be said at a key of this page. */
  rest: Error | null
}

export const NOT_REFUSED: Refused = { byKey: new Map(), rest: null }

/** `settings`: those with a field of their own. */
export function refusedIn(error: Error, settings: readonly Setting[]): Refused {
  const said = error instanceof CallError ? (error.problem?.errors ?? []) : []
  const byKey = new Map<string, string>()
  for (const { field, message } of said) {
    // It may be about one line of a list.
    const setting = settings.find(({ key }) => field === key || field.startsWith(`${key}[`))
    if (setting === undefined) return { byKey, rest: error }
    byKey.set(setting.key, [byKey.get(setting.key), sentence(message)].filter(Boolean).join(' '))
  }
  return { byKey, rest: said.length === 0 ? error : null }
}

/** What still holds after this key has been changed: what was said of keys that nobody changed may have followed from it. */
export function stillRefused({ byKey }: Refused, changed: string, edits: Edits): Refused {
  return { byKey: new Map([...byKey].filter(([key]) => key !== changed && edits.has(key))), rest: null }
}

/** What was sent and has not been changed since is saved, and so no edit any more. */
export function withoutSaved(edits: Edits, sent: Edits): Edits {
  return new Map([...edits].filter(([key, edit]) => sent.get(key) !== edit))
}

function sentence(text: string): string {
  const first = text.slice(0, 1).toUpperCase() + text.slice(1)
  return /[.!?]$/.test(first) ? first : `${first}.`
}

/** As the API takes them; null goes back to config.yaml. */
export function sentOf(edits: Edits): Record<string, unknown> {
  return Object.fromEntries([...edits].map(([key, edit]) => [key, edit === 'reset' ? null : edit.to]))
}

function same(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other)
}
