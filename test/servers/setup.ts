import type { TestProject } from 'vitest/node'
import { type Ceph, startCeph } from './ceph.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** The Ceph of this run; undefined in a run without one. */
    ceph: Ceph | undefined
  }
}

/** Starts the real servers before the first test, and gives what ends them after the last. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const began = performance.now()
  const { [Symbol.asyncDispose]: end, ...ceph } = await startCeph()
  console.log(`Ceph is ready at ${ceph.url} after ${((performance.now() - began) / 1000).toFixed(1)} s`)
  project.provide('ceph', ceph)
  return async () => end()
}
