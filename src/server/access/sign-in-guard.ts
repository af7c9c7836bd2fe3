import { isIPv6 } from 'node:net'
import { Throttle } from './throttle.ts'

const SECOND = 1000
const MINUTE = 60 * SECOND

/** Who wants to sign in, as far as it is known before the password is. */
export interface Attempt {
  /** The name as it was typed. */
  account: string
  address: string
  /** The number of the browser, if it has signed in to this very account before; null: it has not. */
  device: string | null
  /** Whether the account is signed in from this address already. */
  familiar: boolean
}

/**
 * Counts wrong passwords, so that nobody can try many and nobody can lock somebody else out by trying some.
 *
 * A browser that has signed in to the account before has a budget of its own, and so has an address from which the account
 * is signed in: what others do elsewhere does not touch them. Everybody else is a stranger. Strangers have a budget for
 * their network, whatever accounts they try, and all strangers together one for each account, against guesses from many
 * networks at once. A right password costs nothing.
 */
export class SignInGuard {
  readonly #familiar = new Throttle({ burst: 10, refillMs: MINUTE })
  readonly #networks = new Throttle({ burst: 10, refillMs: MINUTE })
  readonly #accounts = new Throttle({ burst: 30, refillMs: 30 * SECOND })

  /** Takes a try before the password is looked at, so that many at once count too. `refused`: wait so many seconds. */
  admit(attempt: Attempt, now: number): { refused: number } | { refused: null; succeeded: () => void } {
    const account = attempt.account.normalize('NFC').toLowerCase()
    const budgets: [Throttle, string][] =
      attempt.device !== null
        ? [[this.#familiar, `device ${attempt.device} ${account}`]]
        : attempt.familiar
          ? [[this.#familiar, `address ${attempt.address} ${account}`]]
          : [
              [this.#networks, networkOf(attempt.address)],
              [this.#accounts, account],
            ]
    return takeAll(budgets, now)
  }

  /** The same for what is no password of an account: the set-up token. */
  admitStranger(address: string, now: number): { refused: number } | { refused: null; succeeded: () => void } {
    return takeAll([[this.#networks, networkOf(address)]], now)
  }

  /** The same for a password that is asked for again within a session. */
  admitSession(session: number, now: number): { refused: number } | { refused: null; succeeded: () => void } {
    return takeAll([[this.#familiar, `session ${session}`]], now)
  }
}

function takeAll(budgets: [Throttle, string][], now: number) {
  const taken: [Throttle, string][] = []
  const giveBack = () => {
    for (const [throttle, key] of taken) throttle.giveBack(key)
  }
  for (const [throttle, key] of budgets) {
    const wait = throttle.take(key, now)
    if (wait !== null) {
      giveBack()
      return { refused: Math.ceil(wait / SECOND) }
    }
    taken.push([throttle, key])
  }
  return { refused: null, succeeded: giveBack }
}

/** Whoever has an IPv6 address has the 2^64 others of its network too. */
export function networkOf(address: string): string {
  if (!isIPv6(address)) return address
  const [head = '', tail = ''] = address.split('::')
  const groups = head === '' ? [] : head.split(':')
  if (address.includes('::')) {
    const behind = tail === '' ? [] : tail.split(':')
    while (groups.length + behind.length < 8) groups.push('0')
  }
  return `${groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')}::/64`
}
