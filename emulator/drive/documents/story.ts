import { hash32, randomFrom } from '../store/random.ts'

/** What a native document says, whatever it is exported as. */
export type Story = {
  title: string
  paragraphs: string[]
  /** A table: a heading row, then texts and numbers. */
  rows: (string | number)[][]
  exportedAt: Date
  /** Differs at every export of the same version, as something in Google's own exports does. */
  stamp: string
  /** How many bytes of ballast to add. */
  ballast: number
}

const WORDS = (
  'the plan for next quarter was agreed by the team after a long review of budget risks and open questions ' +
  'customers asked again about delivery dates while support answered most tickets within one working day and ' +
  'we will measure results weekly then decide together which experiments deserve more time'
).split(' ')

/** Tells the story of one version of a document: the same words each time, until the version changes. */
export function storyOf(seed: string, title: string): Pick<Story, 'title' | 'paragraphs' | 'rows'> {
  const random = randomFrom(hash32(seed))
  const sentence = (): string => {
    const words = Array.from({ length: 6 + random.below(12) }, () => WORDS[random.below(WORDS.length)] ?? '')
    const text = words.join(' ')
    return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`
  }
  const paragraph = (): string => Array.from({ length: 2 + random.below(4) }, sentence).join(' ')
  const rows = Array.from({ length: 8 + random.below(24) }, (_, index) => [
    `${WORDS[random.below(WORDS.length)]}, ${WORDS[random.below(WORDS.length)]}`,
    index + 1,
    random.below(100_000) / 100,
  ])
  return {
    title: printable(title),
    paragraphs: Array.from({ length: 3 + random.below(6) }, paragraph),
    rows: [['Item', 'Number', 'Amount'], ...rows],
  }
}

/** File names may hold control characters, and a lone surrogate; XML may not. */
function printable(title: string): string {
  return title.toWellFormed().replace(/\p{Cc}/gu, ' ')
}

export function xml(text: string | number): string {
  return String(text).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}

/** Ballast that is text: whole lines of words, exactly `bytes` long. */
export function textBallast(bytes: number): string {
  return bytes === 0 ? '' : Buffer.alloc(bytes, `${WORDS.join(' ')}.\n`, 'latin1').toString('latin1')
}
