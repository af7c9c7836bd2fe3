/** Text that stands in a page as it is: nothing in it is taken for markup. */
function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}

/** Marked up already. */
export class Html {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}

/** A piece of a page. What is put in is escaped, unless it is a piece itself; lists of pieces stand one after another. */
export function html(strings: TemplateStringsArray, ...values: (string | number | Html | readonly Html[])[]): Html {
  const shown = values.map((value) => {
    if (value instanceof Html) return value.text
    if (typeof value === 'string' || typeof value === 'number') return escaped(String(value))
    return value.map(({ text }) => text).join('')
  })
  return new Html(String.raw({ raw: strings }, ...shown))
}

export const nothing = html``

/** A sentence of ours, in which backticks mark what is written literally. */
export function prose(text: string): Html {
  return new Html(escaped(text).replace(/`([^`]+)`/g, '<code>$1</code>'))
}
