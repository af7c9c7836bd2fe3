/** A server's text, made fit for one line of a log or terminal: without control characters, and not longer than `longest`. */
export function quote(text: string, longest = 200): string {
  const line = text
    .toWellFormed()
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not reach a terminal
    .replace(/[\s\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069]+/g, ' ')
    .trim()
  // The cut may leave half of a surrogate pair, which neither UTF-8 nor a database can hold.
  return line.length > longest ? `${line.slice(0, longest).replace(/[\ud800-\udbff]$/, '')}…` : line
}
