import { type ComponentType, type LazyExoticComponent, lazy } from 'react'
import { isOutdated } from './new-build.ts'
import { pause } from './patience.ts'

/** While the server is away the page says so, and what it has not loaded yet can wait: about ten minutes. */
const TRIES = 45

/**
 * A part of the dashboard that is loaded when it is first shown. Where the server cannot be reached it is asked for again
 * until it can; where the server has another build, which has no such part, the page begins anew.
 */
export function later<Props>(
  load: () => Promise<{ default: ComponentType<Props> }>,
): LazyExoticComponent<ComponentType<Props>> {
  return lazy(async () => {
    for (let failures = 0; ; failures++) {
      try {
        return await load()
      } catch (error) {
        if (failures >= TRIES) throw error
        if (await isOutdated()) reloadOnce()
        await new Promise((resolve) => setTimeout(resolve, pause(failures)))
      }
    }
  })
}

/** Once a minute at most: a build that lacks its own parts would be loaded for ever. */
function reloadOnce(): void {
  const last = Number(sessionStorage.getItem('reloaded') ?? 0)
  if (Date.now() - last < 60_000) return
  sessionStorage.setItem('reloaded', String(Date.now()))
  location.reload()
}
