import * as access from './access.ts'
import * as activity from './activity.ts'
import * as destinations from './destinations.ts'
import * as files from './files.ts'
import * as history from './history.ts'
import * as reference from './reference.ts'
import type { Route } from './route.ts'
import * as settings from './settings.ts'
import * as sources from './sources.ts'
import * as status from './status.ts'

/** Every route of the API with its name, which is also its operation id. */
export const ROUTES: { id: string; route: Route }[] = [
  status,
  files,
  history,
  activity,
  sources,
  destinations,
  settings,
  access,
  reference,
].flatMap((part) =>
  Object.entries(part as Record<string, unknown>).flatMap(([id, route]) => (isRoute(route) ? [{ id, route }] : [])),
)

function isRoute(value: unknown): value is Route {
  return typeof value === 'object' && value !== null && 'method' in value && 'needs' in value
}
