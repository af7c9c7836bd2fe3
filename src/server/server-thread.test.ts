import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { pino } from 'pino'
import { expect, test } from 'vitest'
import type { Clock } from '../backup/model/parts.ts'
import { NOTHING_MOVES } from './figures/progress.ts'
import { type ServerThread, startServerThread } from './server-thread.ts'
import type { ThreadData } from './thread-messages.ts'

/** A thread that does what a test wants in place of a server, and says which life it is. */
class Fixture implements Disposable {
  readonly #folder = mkdtempSync(join(tmpdir(), 'drivekeep-thread-'))
  readonly logged: { level: number; msg: string; err?: { message: string } }[] = []
  readonly announced: string[] = []
  /** How long the supervisor waited, each time. */
  readonly pauses: number[] = []
  time = 0

  start(script: string): Promise<ServerThread> {
    const file = join(this.#folder, 'thread.mjs')
    const lives = join(this.#folder, 'lives')
    writeFileSync(
      file,
      `import { appendFileSync, readFileSync } from 'node:fs'
       import { parentPort as port, workerData } from 'node:worker_threads'
       appendFileSync(${JSON.stringify(lives)}, 'x')
       const life = readFileSync(${JSON.stringify(lives)}, 'utf8').length
       const tell = (message) => port.postMessage(message)
       const listening = () => tell({ type: 'listening', url: 'http://life-' + life })
       const untilClosed = () => port.on('message', ({ type }) => { if (type === 'close') port.close() })
       ${script}`,
    )
    const clock: Clock = {
      now: () => this.time,
      sleep: async (ms) => {
        this.pauses.push(ms)
      },
    }
    const log = pino({ level: 'trace' }, { write: (line: string) => void this.logged.push(JSON.parse(line)) })
    const announce = (message: string) => void this.announced.push(message)
    return startServerThread({ entry: pathToFileURL(file), data: {} as ThreadData, log, clock, announce })
  }

  [Symbol.dispose](): void {
    rmSync(this.#folder, { recursive: true })
  }
}

test('it is there when the server listens, passes its lines on, and ends with it', async () => {
  using fixture = new Fixture()
  {
    await using _thread = await fixture.start(`
      tell({ type: 'log', line: JSON.stringify({ level: 'warn', time: 1, msg: 'careful', about: 7 }) })
      listening()
      tell({ type: 'setup-token', token: 'TOKEN' })
      untilClosed()`)
    await expect.poll(() => fixture.announced.length).toBe(2)
  }
  expect(fixture.announced[0]).toBe('Dashboard: http://life-1')
  expect(fixture.announced[1]).toMatch(/no account yet\. .*http:\/\/life-1\/setup#token=TOKEN \(set-up token: TOKEN\)$/)
  expect(fixture.logged).toMatchObject([{ level: 40, msg: 'careful', about: 7 }])
})

test('what the operator can mend at the start is told, and ends it', async () => {
  using fixture = new Fixture()
  const refused = fixture.start(`tell({ type: 'refused', message: 'the port is taken. Free it.' })`)
  await expect(refused).rejects.toThrow('the port is taken. Free it.')
})

test('a server that dies is logged and started again, at growing intervals', async () => {
  using fixture = new Fixture()
  await using _thread = await fixture.start(`
    listening()
    if (life < 10) setImmediate(() => { throw new Error('a defect of life ' + life) })
    else untilClosed()`)
  await expect.poll(() => fixture.announced.at(-1)).toBe('Dashboard: http://life-10')
  expect(fixture.pauses).toEqual([1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000, 60_000])
  expect(fixture.logged).toHaveLength(9)
  expect(fixture.logged[8]?.msg).toMatch(
    /defect of Drivekeep; please report it\. It is started again in 60 s; the backup goes on/,
  )
  expect(fixture.logged[8]?.err?.message).toBe('a defect of life 9')
})

test('a server that dies before it listens, or just ends, is started again too', async () => {
  using fixture = new Fixture()
  await using _thread = await fixture.start(`
    if (life === 1) throw new Error('not even once')
    if (life === 3) { listening(); untilClosed() }`)
  await expect.poll(() => fixture.announced).toEqual(['Dashboard: http://life-3'])
  expect(fixture.logged.map(({ err }) => err?.message)).toEqual([
    'not even once',
    'the thread ended by itself, with code 0',
  ])
})

test('memory that runs out ends the thread and not the backup', async () => {
  using fixture = new Fixture()
  await using _thread = await fixture.start(`
    listening()
    if (life === 1) { const kept = []; for (;;) kept.push(new Array(100_000).fill(kept.length)) }
    else untilClosed()`)
  await expect.poll(() => fixture.announced.length, { timeout: 60_000 }).toBe(2)
  expect(fixture.logged[0]?.err?.message).toContain('memory')
})

test('a later server hears at once what goes on', async () => {
  using fixture = new Fixture()
  await using thread = await fixture.start(`
    listening()
    port.on('message', (message) => {
      if (message.type === 'close') port.close()
      else if (life === 1) throw new Error('a defect')
      else tell({ type: 'log', line: JSON.stringify({ level: 'info', msg: 'heard ' + message.progress.in_flight }) })
    })`)
  thread.progress({ ...NOTHING_MOVES, in_flight: 7 })
  await expect.poll(() => fixture.logged.at(-1)?.msg).toBe('heard 7')
})
