/** A sentence of the program’s, in which what is to be typed stands between backticks. */
export function Advice({ children }: { children: string }) {
  return children.split('`').map((words, place) => (place % 2 === 1 ? <code key={place}>{words}</code> : words))
}
