/** Finds the route of a request in one walk over the segments of its path; literal segments win over parameters. */
export class Router {
    #root = node();
    add(routes) {
        for (const route of routes) {
            let at = this.#root;
            for (const segment of segments(route.pattern)) {
                if (segment.startsWith(':')) {
                    at.parameter ??= node();
                    at = at.parameter;
                }
                else {
                    const next = at.literals.get(segment) ?? node();
                    at.literals.set(segment, next);
                    at = next;
                }
            }
            at.routes.set(key(route.method, 'media' in route), { ...route, pattern: route.pattern });
        }
    }
    /** `media`: `alt=media` was asked for; a path without such a method answers as usual. */
    match(method, path, media) {
        const values = [];
        const end = walk(this.#root, segments(path), 0, values);
        if (!end)
            return undefined;
        const route = (media && end.routes.get(key(method, true))) || end.routes.get(key(method, false));
        if (!route)
            return undefined;
        return { route, params: parameters(route.pattern, values) };
    }
}
function node() {
    return { literals: new Map(), parameter: undefined, routes: new Map() };
}
function key(method, media) {
    return media ? `${method} media` : method;
}
function segments(path) {
    return path.slice(1).split('/');
}
function walk(at, path, index, values) {
    const segment = path[index];
    if (segment === undefined)
        return at.routes.size > 0 ? at : undefined;
    const literal = at.literals.get(segment);
    const found = literal && walk(literal, path, index + 1, values);
    if (found || !at.parameter)
        return found;
    values.push(segment);
    const end = walk(at.parameter, path, index + 1, values);
    if (!end)
        values.pop();
    return end;
}
function parameters(pattern, values) {
    if (values.length === 0)
        return NONE;
    const params = {};
    let next = 0;
    for (const segment of segments(pattern)) {
        if (!segment.startsWith(':'))
            continue;
        const value = values[next++] ?? '';
        params[segment.slice(1)] = value.includes('%') ? safeDecode(value) : value;
    }
    return params;
}
const NONE = {};
function safeDecode(value) {
    try {
        return decodeURIComponent(value);
    }
    catch {
        return value;
    }
}
