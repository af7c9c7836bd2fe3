import ignore from 'ignore'

/** Paths remembered at the most; compiling the patterns anew costs some microseconds each. */
const REMEMBERED = 10_000

/**
 * Reads the operator's exclusions: `patterns` in gitignore syntax (plain globs as in the original guide are a part of
 * it), `paths` as folders or files from the drive's top. Returns a test for paths as in Drive.
 */
export function excluder(patterns: readonly string[], paths: readonly string[]): (path: string) => boolean {
  // Names in Drive may look like `..` or begin with `/`: they are only text here, and never lead out of anything.
  const compile = () => ignore({ allowRelativePaths: true, ignorecase: false }).add([...patterns])
  let rules = compile()
  let asked = 0
  const matches = (path: string) => {
    // The library remembers every path it was ever asked about: it is replaced before that grows with the drive.
    if (++asked % REMEMBERED === 0) rules = compile()
    return rules.ignores(path)
  }
  const prefixes = paths.map((path) => path.replace(/^\/+|\/+$/g, '')).filter((path) => path !== '')
  const listed = (path: string) => prefixes.some((prefix) => path === prefix || path.startsWith(`${prefix}/`))
  if (patterns.length === 0) return listed
  return (path) => listed(path) || (path !== '' && matches(path))
}
