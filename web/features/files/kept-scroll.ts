import { useEffect } from 'react'

/** How far each list was scrolled; the way back from a file leads to where one was. Small: only so many are gone back to. */
const kept = new Map<string, number>()
const MOST = 50

/** A way back is an event first and a page then; a link is no event. */
let back = false
window.addEventListener('popstate', () => {
  back = true
  setTimeout(() => {
    back = false
  }, 1000)
})

/** `where`: what is listed; `ready`: its rows are there, so that the page is as high as it was. */
export function useKeptScroll(where: string, ready: boolean): void {
  useEffect(() => {
    if (!ready) return
    const before = back ? kept.get(where) : undefined
    // Behind the page's own jump to its top.
    const frame = before === undefined ? 0 : requestAnimationFrame(() => window.scrollTo(0, before))
    const keep = () => {
      kept.delete(where)
      kept.set(where, window.scrollY)
      const [oldest] = kept.keys()
      if (kept.size > MOST && oldest !== undefined) kept.delete(oldest)
    }
    window.addEventListener('scroll', keep, { passive: true })
    return () => {
      cancelAnimationFrame(frame)
      window.removeEventListener('scroll', keep)
    }
  }, [where, ready])
}
