import type { CheckResult } from '../../backup/model/destination.ts'
import { Refusal } from '../http/handler.ts'

/** Each holds connections to Google or to storage until it ends. */
const MOST_AT_ONCE = 4
const PATIENCE_MS = 60_000

/** Lets a few tests of connections go on at the same time, each for a bounded time. */
export class TestSlots {
  #taken = 0

  /** Throws a Refusal when too many are under way, and the reason of `caller` when that is aborted. */
  async run(
    caller: AbortSignal,
    test: (signal: AbortSignal) => Promise<CheckResult[]>,
  ): Promise<{ ok: boolean; checks: CheckResult[] }> {
    if (this.#taken >= MOST_AT_ONCE) {
      const detail = `${this.#taken} tests are under way, and each takes some seconds. Try again when one has ended.`
      throw new Refusal(429, detail, { retryAfter: 5 })
    }
    this.#taken += 1
    const timeout = AbortSignal.timeout(PATIENCE_MS)
    try {
      const checks = await test(AbortSignal.any([caller, timeout]))
      return { ok: checks.every(({ ok }) => ok), checks }
    } catch (error) {
      if (!timeout.aborted) throw error
      const message = `No end within ${PATIENCE_MS / 1000} s. Check the network, proxy and firewall of this machine.`
      return { ok: false, checks: [{ step: 'answer in time', ok: false, message }] }
    } finally {
      this.#taken -= 1
    }
  }
}
