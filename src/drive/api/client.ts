import { Fault, type FaultCode } from '../../backup/model/faults.ts'
import { type AccessTokens, waitBefore } from '../auth/auth.ts'
import { type Clock, pause } from '../clock.ts'
import type { Governor } from '../pacing/governor.ts'
import { type Outcome, PRICES } from '../pacing/pacing.ts'
import { retryAfterMs } from '../pacing/retry-after.ts'
import { faultFromAnswer, networkFailure } from './errors.ts'
import { type Answer, header } from './http.ts'
import { type Call, readErrorBody, readJson, type Wire } from './wire.ts'

/**
 * Calls to the Drive API: paced, signed in, bounded in time, and tried again shortly where that helps. What still fails is a Fault.
 *
 * A call is tried again here only a few times and within about a minute; longer waits belong to the core, which has other work to do.
 */

export interface MediaCall extends Call {
  offset: number
  /** What it is when only this file's bytes cannot be had, while Drive answers otherwise. */
  blame: FaultCode
}

/** Short tries of one call, the first included, and the first pause between them in ms. */
export interface Retry {
  tries: number
  baseMs: number
}

/** Refusals of the rate are no failures and cost nothing but time: Google's advice is to give up after about ten. */
const RATE_LIMIT_TRIES = 10

/** Faults that say that Google is out of order, and may yet be this one file's. */
const BLAMABLE: ReadonlySet<FaultCode> = new Set(['google/unavailable', 'google/unreachable', 'google/bad-answer'])

const PROBE: Call = { address: '/about?fields=kind', units: PRICES.other, asking: 'account', subject: 'Google Drive' }

export class DriveClient {
  readonly tokens: AccessTokens
  readonly governor: Governor
  readonly #wire: Wire
  readonly #clock: Clock
  readonly #retry: Retry
  #served = 0
  #probe: Promise<boolean> | null = null

  constructor(parts: { wire: Wire; tokens: AccessTokens; governor: Governor; clock: Clock; retry: Retry }) {
    this.tokens = parts.tokens
    this.governor = parts.governor
    this.#wire = parts.wire
    this.#clock = parts.clock
    this.#retry = parts.retry
  }

  /** API calls sent so far, each try counted, sign-in not. */
  get calls(): number {
    return this.#wire.sent
  }

  /** A metadata call: the JSON object that it answers. Throws only Faults and the signal's reason. */
  json(call: Call, signal: AbortSignal, tries = this.#retry.tries): Promise<Record<string, unknown>> {
    return this.#persist(signal, () => this.#object(call, signal), tries)
  }

  /** The description of one item. What only this item cannot be asked for is its own fault, while Drive answers otherwise. */
  item(call: Call, signal: AbortSignal): Promise<Record<string, unknown>> {
    return this.#blaming(call, 'drive/unreadable-item', () => this.json(call, signal), signal)
  }

  /** A file's bytes, headers read. What breaks off later is undici's error and not a Fault: see `content.ts`. */
  media(call: MediaCall, signal: AbortSignal): Promise<Answer> {
    return this.#blaming(call, call.blame, () => this.#persist(signal, () => this.#once(call, signal)), signal)
  }

  async #blaming<T>({ subject }: Call, blame: FaultCode, ask: () => Promise<T>, signal: AbortSignal): Promise<T> {
    const before = this.#served
    try {
      return await ask()
    } catch (error) {
      if (!(error instanceof Fault) || !BLAMABLE.has(error.code)) throw error
      // Only this file, or all of Google? One bad file must not look like an outage, nor an outage like a thousand bad files.
      if (this.#served === before && !(await this.answers(signal))) throw error
      throw new Fault(blame, subject, { detail: error.detail, cause: error })
    }
  }

  /** Repeats `attempt` while its fault is one that passes. */
  async #persist<T>(signal: AbortSignal, attempt: () => Promise<T>, tries = this.#retry.tries): Promise<T> {
    let [failures, refusals, renewed] = [0, 0, false]
    for (;;) {
      try {
        return await attempt()
      } catch (error) {
        signal.throwIfAborted()
        // The sign-in has its own tries, shared by all callers.
        if (error instanceof SignInFailed) throw error.cause
        const refused = error instanceof TokenRefused
        if (refused && !renewed) {
          renewed = true
          continue
        }
        const fault = refused ? error.fault : error
        if (!(fault instanceof Fault)) throw fault
        // With a renewed token it is Google's inner clockwork that lags: waited for like an outage.
        const wait = refused ? this.#retry.baseMs : waitBefore(fault, failures + 1, this.#retry.baseMs)
        if (wait === null) throw fault
        if (fault.code === 'google/rate-limited') {
          // No pause here: the governor makes everybody wait.
          if (++refusals >= RATE_LIMIT_TRIES) throw fault
        } else {
          if (++failures >= tries) throw fault
          await pause(this.#clock, wait, signal)
        }
      }
    }
  }

  async #object(call: Call, signal: AbortSignal): Promise<Record<string, unknown>> {
    const answer = await this.#once(call, signal)
    try {
      return await readJson(answer, call.subject)
    } catch (error) {
      throw asFault(error, call.subject)
    }
  }

  /** One try: a turn from the governor, a token, the exchange. Answers other than success are thrown. */
  async #once(call: Call, signal: AbortSignal): Promise<Answer> {
    const turn = this.governor.enter(call.units, signal)
    const ticket = typeof turn === 'number' ? turn : await turn
    let outcome: Outcome = 'other'
    let askedToWait: number | null = null
    try {
      const got = this.tokens.get(signal)
      const token = typeof got === 'string' ? got : await got.catch(signInFailed)
      const answer = await this.#wire.send(call, token, signal)
      if (answer.status < 300) {
        outcome = 'served'
        this.#served += 1
        return answer
      }
      const fault = await this.#faultOf(answer, call)
      if (fault.code === 'google/rate-limited') [outcome, askedToWait] = ['refused', fault.retryAfterMs]
      if (answer.status !== 401) throw fault
      this.tokens.refuse(token)
      throw new TokenRefused(fault)
    } catch (error) {
      throw asFault(error, call.subject)
    } finally {
      this.governor.settle(ticket, outcome, askedToWait)
    }
  }

  async #faultOf(answer: Answer, call: Call): Promise<Fault> {
    const wait = retryAfterMs(header(answer, 'retry-after'), this.#clock.now())
    const body = await readErrorBody(answer)
    return faultFromAnswer({ status: answer.status, body, retryAfterMs: wait }, call.asking, call.subject)
  }

  /** Whether Drive answers at all: one small call, however many callers ask at the same time. */
  answers(signal: AbortSignal): Promise<boolean> {
    this.#probe ??= this.#object(PROBE, signal)
      .then(
        () => true,
        () => false,
      )
      .finally(() => {
        this.#probe = null
      })
    return this.#probe
  }
}

/** Google did not accept the token. A new one may be all it takes, once. */
class TokenRefused extends Error {
  readonly fault: Fault
  constructor(fault: Fault) {
    super(fault.message)
    this.fault = fault
  }
}

class SignInFailed extends Error {}

function signInFailed(cause: unknown): never {
  throw new SignInFailed('no access token', { cause })
}

/** The network's failures become Faults; Faults, the signal's reason and bugs stay what they are. */
function asFault(error: unknown, subject: string): unknown {
  const failure = error instanceof Fault ? null : networkFailure(error)
  return failure === null ? error : new Fault(failure.code, subject, { detail: failure.detail, cause: error })
}
