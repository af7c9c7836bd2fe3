import type { ApiRoute, RawRoute, Route } from './call.ts'

interface Node {
  readonly literals: Map<string, Node>
  parameter: Node | undefined
  readonly routes: Map<string, Route>
}

export interface Match {
  readonly route: ApiRoute | RawRoute
  readonly params: Readonly<Record<string, string>>
}

/** Finds the route of a request in one walk over the segments of its path; literal segments win over parameters. */
export class Router {
  readonly #root = node()

  add(routes: Iterable<Route>): void {
    for (const route of routes) {
      let at = this.#root
      for (const segment of segments(route.pattern)) {
        if (segment.startsWith(':')) {
          at.parameter ??= node()
          at = at.parameter
        } else {
          const next = at.literals.get(segment) ?? node()
          at.literals.set(segment, next)
          at = next
        }
      }
      at.routes.set(key(route.method, 'media' in route), { ...route, pattern: route.pattern })
    }
  }

  /** `media`: `alt=media` was asked for; a path without such a method answers as usual. */
  match(method: string, path: string, media: boolean): Match | undefined {
    const values: string[] = []
    const end = walk(this.#root, segments(path), 0, values)
    if (!end) return undefined
    const route = (media && end.routes.get(key(method, true))) || end.routes.get(key(method, false))
    if (!route) return undefined
    return { route, params: parameters(route.pattern, values) }
  }
}

function node(): Node {
  return { literals: new Map(), parameter: undefined, routes: new Map() }
}

function key(method: string, media: boolean): string {
  return media ? `${method} media` : method
}

function segments(path: string): string[] {
  return path.slice(1).split('/')
}

function walk(at: Node, path: string[], index: number, values: string[]): Node | undefined {
  const segment = path[index]
  if (segment === undefined) return at.routes.size > 0 ? at : undefined
  const literal = at.literals.get(segment)
  const found = literal && walk(literal, path, index + 1, values)
  if (found || !at.parameter) return found
  values.push(segment)
  const end = walk(at.parameter, path, index + 1, values)
  if (!end) values.pop()
  return end
}

function parameters(pattern: string, values: string[]): Record<string, string> {
  if (values.length === 0) return NONE
  const params: Record<string, string> = {}
  let next = 0
  for (const segment of segments(pattern)) {
    if (!segment.startsWith(':')) continue
    const value = values[next++] ?? ''
    params[segment.slice(1)] = value.includes('%') ? safeDecode(value) : value
  }
  return params
}

const NONE = {}

function safeDecode(value: string): string {
  try {
    return decodeURIComponent(value)
  } catch {
    return value
  }
}
