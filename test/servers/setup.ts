import type { TestProject } from 'vitest/node'
import { type Ceph, startCeph } from './ceph.ts'
import { type Disks, mountDisks } from './disks.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** The Ceph of this run; undefined in a run without one. */
    ceph: Ceph | undefined
    /** Folders on file systems of their own; undefined in a run without Ceph, or where nothing can be mounted. */
    disks: Disks | undefined
  }
}

/** Starts the real servers before the first test, and gives what ends them after the last. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const began = performance.now()
  const { [Symbol.asyncDispose]: end, ...ceph } = await startCeph()
  console.log(`Ceph is ready at ${ceph.url} after ${((performance.now() - began) / 1000).toFixed(1)} s`)
  project.provide('ceph', ceph)
  const disks = await mountDisks().catch((error: Error) => {
    console.log(`Folders are not tested on other file systems: nothing can be mounted here (${error.message})`)
    return undefined
  })
  project.provide('disks', disks?.paths)
  return async () => {
    await disks?.[Symbol.asyncDispose]()
    await end()
  }
}
