import type { User } from '../../../api/types.ts'

export type Role = User['role']

/** The roles, the one that may do least first. */
export const ROLES: readonly Role[] = ['viewer', 'operator', 'admin']

export const ROLE_WORDS: Record<Role, { name: string; may: string }> = {
  viewer: { name: 'Viewer', may: 'Sees everything and changes nothing.' },
  operator: {
    name: 'Operator',
    may: 'Sees everything; starts, pauses and stops the backup, tries files again and runs tests.',
  },
  admin: { name: 'Admin', may: 'May do everything: also change sources, destinations, settings and users.' },
}

/** Why a user cannot be taken the role of an admin, or be removed; null: it can. */
export function whyStays(user: Pick<User, 'id' | 'role'>, users: readonly Pick<User, 'id' | 'role'>[]): string | null {
  const others = users.filter(({ id, role }) => role === 'admin' && id !== user.id)
  return user.role === 'admin' && others.length === 0
    ? 'This is the last admin, and somebody must be. Make another user an admin first.'
    : null
}
