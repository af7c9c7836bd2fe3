import { randomBytes } from 'node:crypto'
import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { note } from './print.ts'
import { EXIT, Refusal } from './refusal.ts'

/** As in the dashboard: length alone makes a password strong. */
const SHORTEST = 12

export interface NewPassword {
  password: string
  /** Nobody knows it yet: it must be shown, once. */
  generated: boolean
}

/** Asks twice on a terminal, without echo; reads stdin when told to; where there is neither, makes a strong one up. */
export async function newPassword(user: string, fromStdin: boolean): Promise<NewPassword> {
  if (fromStdin) {
    const [line = ''] = (await text(process.stdin)).split(/\r?\n/)
    return { password: strongEnough(line), generated: false }
  }
  if (process.stdin.isTTY && process.stderr.isTTY) {
    const password = strongEnough(await ask(`Password for ${user}: `))
    if ((await ask('Once more: ')) !== password) throw new Refusal('the two passwords differ. Run it again.')
    return { password, generated: false }
  }
  return { password: randomBytes(18).toString('base64url'), generated: true }
}

function strongEnough(password: string): string {
  if ([...password].length >= SHORTEST) return password
  throw new Refusal(`the password is shorter than ${SHORTEST} characters. Choose a longer one.`, EXIT.misused)
}

async function ask(question: string): Promise<string> {
  // The line editor echoes to its output, which therefore leads nowhere.
  const nowhere = new Writable({ write: (_, __, done) => done() })
  const terminal = createInterface({ input: process.stdin, output: nowhere, terminal: true })
  process.stderr.write(question)
  const interrupted = new AbortController()
  terminal.once('SIGINT', () => interrupted.abort())
  terminal.once('close', () => interrupted.abort())
  try {
    return await terminal.question('', { signal: interrupted.signal })
  } catch {
    throw new Refusal('no password was given.', EXIT.interrupted)
  } finally {
    terminal.close()
    note('')
  }
}
