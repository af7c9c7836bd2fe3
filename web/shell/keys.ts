/** What the keys do; what the dialog shows is what is done. */
export const GO_TO: Record<string, { path: string; name: string }> = {
  o: { path: '/', name: 'Overview' },
  f: { path: '/files', name: 'Files' },
  a: { path: '/activity', name: 'Activity' },
  p: { path: '/problems', name: 'Problems' },
  s: { path: '/sources', name: 'Sources' },
  d: { path: '/destinations', name: 'Destinations' },
  t: { path: '/settings', name: 'Settings' },
}

export type KeyMeaning = { do: 'search' } | { do: 'help' } | { do: 'wait' } | { do: 'go'; path: string } | null

interface Pressed {
  key: string
  modified: boolean
  /** Whether what has the focus takes text. */
  typing: boolean
}

/** What a key means. `afterG`: the one before it was `g`. */
export function meaningOf({ key, modified, typing }: Pressed, afterG: boolean): KeyMeaning {
  if (modified || typing) return null
  if (afterG) {
    const page = GO_TO[key]
    if (page !== undefined) return { do: 'go', path: page.path }
  }
  if (key === '/') return { do: 'search' }
  if (key === '?') return { do: 'help' }
  return key === 'g' ? { do: 'wait' } : null
}
