import type { Activity } from '../../api/types.ts'

/** What the server listed with what the event stream told since, newest first, each entry once. */
export function merged(live: readonly Activity[], listed: readonly Activity[]): Activity[] {
  const newest = listed[0]?.id ?? 0
  return [...live.filter((entry) => entry.id > newest), ...listed]
}
