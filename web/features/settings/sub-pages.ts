/** The parts of Settings, each with an address of its own. */
export const SUB_PAGES = [
  { id: 'general', to: '/settings', name: 'General' },
  { id: 'exclusions', to: '/settings/exclusions', name: 'Exclusions' },
  { id: 'users', to: '/settings/users', name: 'Users' },
  { id: 'tokens', to: '/settings/tokens', name: 'API tokens' },
  { id: 'audit', to: '/settings/audit', name: 'Audit log' },
] as const

export type SubPage = (typeof SUB_PAGES)[number]

/** Null: nothing is at this address. */
export function subPageAt(path: string): SubPage | null {
  return SUB_PAGES.find((one) => one.to === path.replace(/\/$/, '')) ?? null
}
