/** The parts of Settings, each with an address of its own. */
export const SUB_PAGES = [
  { id: 'general', path: '/settings', name: 'General' },
  { id: 'exclusions', path: '/settings/exclusions', name: 'Exclusions' },
  { id: 'users', path: '/settings/users', name: 'Users' },
  { id: 'tokens', path: '/settings/tokens', name: 'API tokens' },
  { id: 'audit', path: '/settings/audit', name: 'Audit log' },
] as const

export type SubPage = (typeof SUB_PAGES)[number]

/** Null: nothing is at this address. */
export function subPageAt(path: string): SubPage | null {
  return SUB_PAGES.find((one) => one.path === path.replace(/\/$/, '')) ?? null
}
