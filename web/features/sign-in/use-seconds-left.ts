import { useEffect, useState } from 'react'

/** Counts down, once a second, from `seconds` after the moment `since`. 0: it is over, or there is nothing to wait for. */
export function useSecondsLeft(seconds: number | undefined, since: number): number {
  const end = seconds === undefined ? 0 : since + seconds * 1000
  const [now, setNow] = useState(Date.now)
  useEffect(() => {
    if (end <= Date.now()) return
    setNow(Date.now())
    const timer = setInterval(() => setNow(Date.now()), 1000)
    return () => clearInterval(timer)
  }, [end])
  return Math.max(0, Math.ceil((end - now) / 1000))
}
