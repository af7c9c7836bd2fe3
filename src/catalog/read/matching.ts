import { type RawBuilder, sql } from 'kysely'

/**
 * Whether a column contains a text, in any case. SQLite folds only ASCII: for other letters each is looked for in both its
 * cases, and the text in both forms that Unicode has for its accents (`ü` as one character, and as `u` with its dots).
 */
export function contains(column: string, text: string): RawBuilder<boolean> {
  const name = sql.ref(column)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: ASCII is what is asked for
  if (/^[\u0000-\u007f]*$/.test(text)) return sql`${name} like ${`%${text.replace(/[\\%_]/g, '\\$&')}%`} escape '\\'`
  const patterns = [...new Set([text.normalize('NFC'), text.normalize('NFD'), text])].map(globOf)
  return sql`(${sql.join(
    patterns.map((pattern) => sql`${name} glob ${pattern}`),
    sql` or `,
  )})`
}

/** Glob tells cases apart, and knows sets: `[üÜ]`. In a set nothing has a meaning of its own but `^` and `]`, which need none. */
function globOf(text: string): string {
  const letters = [...text.toWellFormed()].map((letter) => {
    if (letter === '^' || letter === ']') return letter
    const cases = new Set([
      letter,
      ...[letter.toLowerCase(), letter.toUpperCase()].filter((one) => [...one].length === 1),
    ])
    return cases.size > 1 || '*?['.includes(letter) ? `[${[...cases].join('')}]` : letter
  })
  return `*${letters.join('')}*`
}
