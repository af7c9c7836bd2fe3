import { expect, test } from 'vitest'
import { LongWork } from './long-work.ts'

/** A world in which time passes only while somebody rests, or works. */
function world() {
  const failures: unknown[] = []
  const told: number[] = []
  let time = 0
  const work = new LongWork({
    now: () => time,
    rest: async (ms) => {
      const until = time + ms
      while (time < until) await new Promise((resolve) => setImmediate(resolve))
    },
    failed: (error) => failures.push(error),
  })
  const tell = async () => void told.push(time)
  return { work, failures, told, tell, pass: (ms: number) => (time += ms), now: () => time }
}

/** Lets everything happen that needs no time. */
async function settle(): Promise<void> {
  for (let i = 0; i < 20; i++) await new Promise((resolve) => setImmediate(resolve))
}

test('short work is done before the answer, and told at its beginning and its end', async () => {
  const { work, told, tell } = world()
  const done: number[] = []
  await work.run(
    'a',
    async function* () {
      for (const step of [1, 2]) {
        done.push(step)
        yield step
      }
    },
    tell,
  )
  expect(done).toEqual([1, 2])
  expect(told).toHaveLength(2)
})

test('long work goes on behind the answer, and rests as long as it worked', async () => {
  const { work, tell, pass, now } = world()
  const steps: number[] = []
  let answered = false
  work
    .run(
      'a',
      async function* () {
        for (let step = 0; step < 20; step++) {
          pass(100)
          steps.push(now())
          yield step
        }
      },
      tell,
    )
    .then(() => {
      answered = true
    })
  for (let turn = 0; turn < 50; turn++) {
    await settle()
    pass(50)
    if (turn === 12) expect([answered, steps.length < 20]).toEqual([true, true])
  }
  expect(steps).toHaveLength(20)
  for (const [i, at] of steps.entries()) if (i > 0) expect(at - (steps[i - 1] ?? 0)).toBeGreaterThanOrEqual(200)
})

test('the same work is not begun twice at a time', async () => {
  const { work, tell } = world()
  let begun = 0
  const steps = async function* () {
    begun += 1
    yield 1
    await settle()
  }
  await Promise.all([work.run('a', steps, tell), work.run('a', steps, tell)])
  expect(begun).toBe(1)
  await work.run('a', steps, tell)
  expect(begun).toBe(2)
})

test('a failure is told to who waits, and once nobody does, to whoever looks after it', async () => {
  const { work, failures, tell, pass } = world()
  const failing = (after: () => Promise<void>) =>
    async function* () {
      yield 1
      await after()
      throw new Error('disk full')
    }
  await expect(
    work.run(
      'a',
      failing(async () => {}),
      tell,
    ),
  ).rejects.toThrow('disk full')
  expect(failures).toEqual([])
  const later = Promise.withResolvers<void>()
  const answered = work.run(
    'b',
    failing(() => later.promise),
    tell,
  )
  await settle()
  pass(500)
  await answered
  later.resolve()
  await settle()
  expect(failures).toEqual([new Error('disk full')])
})

test('at the end of the server what is not done is left', async () => {
  const { work, tell } = world()
  let steps = 0
  await work.run(
    'a',
    async function* () {
      for (; steps < 10; ) {
        steps += 1
        if (steps === 3) work.end()
        yield steps
      }
    },
    tell,
  )
  expect(steps).toBe(3)
})
