/** Waits for something to be written down that is worth less than the answer, such as when a session was last used. */
export type Note = (written: Promise<unknown>) => Promise<void>

/** A fault of this machine's disk leaves it unwritten: a full disk must not keep anybody from reading what is wrong. */
export function noteUnless(isPassingFault: (error: unknown) => boolean): Note {
  return async (written) => {
    try {
      await written
    } catch (error) {
      if (!isPassingFault(error)) throw error
    }
  }
}
