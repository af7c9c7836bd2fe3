import { plural } from '../data/format.ts'

/** As the server has it. */
export const SHORTEST_PASSWORD = 12

/** Why a password cannot be; null: it can. */
export function passwordComplaint(password: string): string | null {
  const { length } = password
  if (length === 0) return 'Write a password.'
  if (length < SHORTEST_PASSWORD)
    return `${plural(SHORTEST_PASSWORD - length, 'more character', 'more characters')} to go.`
  return length > 1024 ? 'No more than 1,024 characters.' : null
}

/** Without letters and digits that look like one another when they are read aloud or off a screen. */
const LETTERS = 'abcdefghjkmnpqrstuvwxyz23456789'

/** Five groups of four: 99 bits, and short enough to be typed once. */
export function madeUpPassword(): string {
  return Array.from({ length: 5 }, () => Array.from({ length: 4 }, letter).join('')).join('-')
}

function letter(): string {
  // What would make the first letters likelier than the others is thrown again.
  const limit = 256 - (256 % LETTERS.length)
  for (;;) {
    const [thrown = 0] = crypto.getRandomValues(new Uint8Array(1))
    if (thrown < limit) return LETTERS[thrown % LETTERS.length] ?? ''
  }
}
