import { expect, test } from 'vitest'
import { type DaemonEvent, type DaemonParts, runDaemon, type Work } from '../../src/backup/daemon/daemon.ts'
import type { DaemonState, Wish } from '../../src/backup/daemon/operator.ts'
import { Fault } from '../../src/backup/model/faults.ts'
import type { Control } from '../../src/backup/model/parts.ts'
import { StepClock } from './step-clock.ts'

const SECOND = 1000
const MINUTE = 60 * SECOND

/** Work with a file in flight that is never done by itself. */
class Endless implements Work {
  control: Control | null = null
  ended: 'drained' | 'aborted' | 'failed' | null = null
  disposed = false
  checks = 0
  setBacks = 0
  /** How long a drain takes, in ms. */
  readonly #inFlightMs: number
  readonly #clock: StepClock
  #fail: ((error: unknown) => void) | null = null

  constructor(clock: StepClock, inFlightMs: number) {
    this.#clock = clock
    this.#inFlightMs = inFlightMs
  }

  async work(control: Control): Promise<void> {
    this.control = control
    const failed = new Promise<never>((_, reject) => {
      this.#fail = reject
    })
    await Promise.race([failed, aborted(AbortSignal.any([control.drain, control.abort]))])
    await this.#clock.sleep(this.#inFlightMs, control.abort)
    this.ended = control.abort.aborted ? 'aborted' : 'drained'
    control.abort.throwIfAborted()
  }
  fail(error: unknown): void {
    this.ended = 'failed'
    this.#fail?.(error)
  }
  checkNow(): void {
    this.checks += 1
  }
  async clockSetBack(): Promise<void> {
    this.setBacks += 1
  }
  async [Symbol.asyncDispose](): Promise<void> {
    this.disposed = true
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    signal.addEventListener('abort', () => resolve())
  })
}

class Daemon {
  readonly clock = new StepClock()
  readonly works: Endless[] = []
  readonly events: DaemonEvent[] = []
  readonly reports: DaemonState[] = []
  wish: Wish | Error = { desired: 'running', wakeups: 0 }
  changes = 0
  preparing: (signal: AbortSignal) => Promise<Work | null>
  preparations: number[] = []
  inFlightMs = 0
  readonly #shutdown = new AbortController()
  readonly ended: Promise<'ended' | Error>
  over = false

  constructor(more: Partial<Pick<Daemon, 'wish' | 'inFlightMs' | 'preparing'>> = {}) {
    this.preparing = async () => {
      const work = new Endless(this.clock, this.inFlightMs)
      this.works.push(work)
      return work
    }
    Object.assign(this, more)
    const parts: DaemonParts = {
      operator: {
        wish: async () => {
          if (this.wish instanceof Error) throw this.wish
          return this.wish
        },
        report: async (state) => void this.reports.push(state),
      },
      clock: this.clock,
      prepare: (signal) => {
        this.preparations.push(this.clock.now())
        return this.preparing(signal)
      },
      changed: async () => {
        if (this.changes === 0) return false
        this.changes -= 1
        return true
      },
      faultTextOf: (error) => (error instanceof Fault ? { message: error.message, fault: error } : null),
      tell: (event) => void this.events.push(event),
    }
    this.ended = runDaemon(parts, this.#shutdown.signal)
      .then(() => 'ended' as const)
      .catch((error: Error) => error)
      .finally(() => {
        this.over = true
      })
  }

  get work(): Endless {
    const work = this.works.at(-1)
    if (work === undefined) throw new Error('nothing was prepared')
    return work
  }

  choose(desired: DaemonState): void {
    this.wish = { desired, wakeups: this.wish instanceof Error ? 0 : this.wish.wakeups + 1 }
  }

  wake(): void {
    if (!(this.wish instanceof Error)) this.wish = { ...this.wish, wakeups: this.wish.wakeups + 1 }
  }

  get faults() {
    return this.events.filter((event) => event.type === 'fault')
  }

  shutDown(): void {
    this.#shutdown.abort()
  }
}

const refused = new Fault('google/sign-in-ended', 'Google Drive')

test('it works as long as that is wanted, and what it does is reported once', async () => {
  const daemon = new Daemon()
  await daemon.clock.pass(10 * SECOND)
  expect(daemon.works.length).toBe(1)
  expect(daemon.reports).toEqual(['running'])
  daemon.wake()
  await daemon.clock.pass(SECOND)
  expect(daemon.work.checks).toBe(1)
  daemon.shutDown()
  await daemon.clock.pass(SECOND)
  expect(await daemon.ended).toBe('ended')
  expect(daemon.reports).toEqual(['running', 'stopped'])
  expect(daemon.work).toMatchObject({ ended: 'drained', disposed: true })
})

test('a pause finishes what is in flight, however long that takes, and a resume begins again after it', async () => {
  const daemon = new Daemon({ inFlightMs: 60 * MINUTE })
  await daemon.clock.pass(SECOND)
  daemon.choose('paused')
  await daemon.clock.pass(50 * MINUTE)
  expect(daemon.work.ended).toBeNull()
  expect(daemon.reports).toEqual(['running', 'paused'])
  daemon.choose('running')
  await daemon.clock.pass(5 * MINUTE)
  expect(daemon.works.length).toBe(1)
  await daemon.clock.pass(10 * MINUTE)
  expect(daemon.works.map(({ ended }) => ended)).toEqual(['drained', null])
})

test('a stop drops what is in flight, also that of a pause', async () => {
  const daemon = new Daemon({ inFlightMs: 60 * MINUTE })
  await daemon.clock.pass(SECOND)
  daemon.choose('paused')
  await daemon.clock.pass(SECOND)
  daemon.choose('stopped')
  await daemon.clock.pass(SECOND)
  expect(daemon.work).toMatchObject({ ended: 'aborted', disposed: true })
  expect(daemon.reports.at(-1)).toBe('stopped')
  await daemon.clock.pass(MINUTE)
  expect(daemon.works.length).toBe(1)
})

test.each(['while it runs', 'while it drains for a pause'])('a shutdown is bounded: %s', async (when) => {
  const daemon = new Daemon({ inFlightMs: 60 * MINUTE })
  await daemon.clock.pass(SECOND)
  if (when !== 'while it runs') daemon.choose('paused')
  await daemon.clock.pass(SECOND)
  const turns = daemon.events.length
  daemon.shutDown()
  await daemon.clock.pass(15 * SECOND)
  expect(daemon.over).toBe(false)
  expect(daemon.events.length).toBeGreaterThan(turns + 10) // the watchdog is still told
  await daemon.clock.pass(10 * SECOND)
  expect(daemon.over).toBe(true)
  expect(daemon.work).toMatchObject({ ended: 'aborted', disposed: true })
})

test('a shutdown does not wait when nothing is in flight', async () => {
  const daemon = new Daemon()
  await daemon.clock.pass(SECOND)
  daemon.shutDown()
  await daemon.clock.pass(0)
  expect(daemon.over).toBe(true)
})

test('a changed configuration is worked with after files in flight had a bounded time', async () => {
  const daemon = new Daemon({ inFlightMs: 60 * MINUTE })
  await daemon.clock.pass(SECOND)
  daemon.changes = 1
  await daemon.clock.pass(10 * SECOND)
  expect(daemon.works.length).toBe(1)
  await daemon.clock.pass(12 * SECOND)
  expect(daemon.works.map(({ ended }) => ended)).toEqual(['aborted', null])
})

test('with nothing to back up with it counts as stopped, until the configuration changes', async () => {
  const daemon = new Daemon()
  const prepare = daemon.preparing
  daemon.preparing = async () => null
  await daemon.clock.pass(MINUTE)
  expect(daemon.reports.at(-1)).toBe('stopped')
  expect(daemon.preparations.length).toBe(1)
  daemon.preparing = prepare
  daemon.changes = 1
  await daemon.clock.pass(2 * SECOND)
  expect(daemon.works.length).toBe(1)
  expect(daemon.reports.at(-1)).toBe('running')
})

test('a preparation that fails is tried again with growing pauses, five minutes at the most', async () => {
  const daemon = new Daemon({ preparing: async () => Promise.reject(refused) })
  await daemon.clock.pass(60 * MINUTE)
  const pauses = daemon.preparations.slice(1).map((at, i) => at - (daemon.preparations[i] ?? 0))
  expect(pauses[0]).toBeLessThan(3 * SECOND)
  expect(Math.max(...pauses)).toBeLessThanOrEqual(5 * MINUTE + 2 * SECOND)
  expect(pauses.at(-1)).toBeGreaterThan(4 * MINUTE)
  expect(daemon.faults[0]).toMatchObject({ failure: { fault: { code: 'google/sign-in-ended' } } })
})

test.each(['somebody asks', 'the clock is set back', 'the configuration changes'])(
  'and at once when %s',
  async (what) => {
    const daemon = new Daemon({ preparing: async () => Promise.reject(refused) })
    daemon.clock.set(24 * 60 * MINUTE)
    await daemon.clock.pass(60 * MINUTE)
    const before = daemon.preparations.length
    await daemon.clock.pass(2 * SECOND)
    if (what === 'somebody asks') daemon.wake()
    else if (what === 'the clock is set back') daemon.clock.set(-24 * 60 * MINUTE)
    else daemon.changes = 1
    await daemon.clock.pass(2 * SECOND)
    expect(daemon.preparations.length).toBeGreaterThan(before)
  },
)

test('work that fails after a long time is tried again as soon as the first time', async () => {
  const daemon = new Daemon()
  await daemon.clock.pass(SECOND)
  for (let i = 0; i < 6; i++) {
    daemon.work.fail(refused)
    await daemon.clock.pass(2 * MINUTE)
  }
  await daemon.clock.pass(20 * MINUTE)
  const { length } = daemon.works
  daemon.work.fail(refused)
  await daemon.clock.pass(3 * SECOND)
  expect(daemon.works.length).toBe(length + 1)
})

test('a pause while it is being prepared ends that at once, and is no fault', async () => {
  const daemon = new Daemon()
  daemon.preparing = (signal) =>
    new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
  await daemon.clock.pass(SECOND)
  daemon.choose('paused')
  await daemon.clock.pass(SECOND)
  daemon.choose('running')
  await daemon.clock.pass(SECOND)
  expect(daemon.preparations.length).toBe(2)
  expect(daemon.faults).toEqual([])
  daemon.shutDown()
  await daemon.clock.pass(SECOND)
  expect(daemon.over).toBe(true)
})

test('a bug ends it, when what else was in flight is done', async () => {
  const daemon = new Daemon()
  await daemon.clock.pass(SECOND)
  daemon.work.fail(new TypeError('a bug'))
  await daemon.clock.pass(2 * SECOND)
  expect(await daemon.ended).toBeInstanceOf(TypeError)
  expect(daemon.work.disposed).toBe(true)
})

test('a clock that is set back is told to the work once; a correction by seconds is not', async () => {
  const daemon = new Daemon()
  await daemon.clock.pass(SECOND)
  daemon.clock.set(-30 * SECOND)
  await daemon.clock.pass(5 * SECOND)
  expect(daemon.work.setBacks).toBe(0)
  daemon.clock.set(-24 * 60 * MINUTE)
  await daemon.clock.pass(5 * SECOND)
  expect(daemon.work.setBacks).toBe(1)
  daemon.clock.set(48 * 60 * MINUTE)
  await daemon.clock.pass(5 * SECOND)
  expect(daemon.work.setBacks).toBe(1)
})

test('while the operator’s wish cannot be read the work goes on, the watchdog is told, and the log is not flooded', async () => {
  const daemon = new Daemon()
  await daemon.clock.pass(SECOND)
  daemon.wish = refused
  const turns = daemon.events.length
  await daemon.clock.pass(2 * MINUTE)
  expect(daemon.work.ended).toBeNull()
  expect(daemon.events.length - turns).toBeGreaterThan(200)
  expect(daemon.faults.length).toBeLessThan(20)
  daemon.wish = { desired: 'paused', wakeups: 9 }
  await daemon.clock.pass(15 * SECOND)
  expect(daemon.work.ended).toBe('drained')
  expect(daemon.reports.at(-1)).toBe('paused')
})
