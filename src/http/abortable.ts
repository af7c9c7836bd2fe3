/** Something under way that ends at once when its signal is aborted. */
export interface Abortable {
  abort(reason: unknown): void
  /** Where it stands among the others; for `abortWith` and `forget` alone. */
  place: number
}

const underWay = new WeakMap<AbortSignal, Watch>()

/**
 * Has `one` aborted together with `signal`, until `forget`. The signal's own list of listeners would do the same, but each
 * that is taken out of it goes on pointing to the next, and a Set's outgrown tables to what they held: with some hundred
 * requests a second the garbage collector keeps thousands that are over, and moves them to and fro. An array forgets.
 */
export function abortWith(signal: AbortSignal, one: Abortable): void {
  let watch = underWay.get(signal)
  if (watch === undefined) {
    watch = new Watch(signal)
    underWay.set(signal, watch)
    signal.addEventListener('abort', watch)
  }
  one.place = watch.members.push(one) - 1
}

/** To be called once for each `abortWith`. */
export function forget(signal: AbortSignal, one: Abortable): void {
  const watch = underWay.get(signal)
  const last = watch?.members.pop()
  if (watch === undefined || last === undefined) return
  if (last !== one) {
    watch.members[one.place] = last
    last.place = one.place
  }
  if (watch.members.length > 0) return
  // Signals made for one cycle must not outlive it: one with a listener would.
  signal.removeEventListener('abort', watch)
  underWay.delete(signal)
}

class Watch {
  readonly members: Abortable[] = []
  readonly #signal: AbortSignal

  constructor(signal: AbortSignal) {
    this.#signal = signal
  }

  handleEvent(): void {
    for (const one of [...this.members]) one.abort(this.#signal.reason)
  }
}
