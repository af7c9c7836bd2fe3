import ignore from 'ignore'

/**
 * Reads the operator's exclusions: `patterns` in gitignore syntax (plain globs as in the original guide are a part of
 * it), `paths` as folders or files from the drive's top. Returns a test for paths as in Drive.
 */
export function excluder(patterns: readonly string[], paths: readonly string[]): (path: string) => boolean {
  // Names in Drive may look like `..` or begin with `/`: they are only text here, and never lead out of anything.
  const rules = ignore({ allowRelativePaths: true, ignorecase: false }).add([...patterns])
  const prefixes = paths.map((path) => path.replace(/^\/+|\/+$/g, '')).filter((path) => path !== '')
  const listed = (path: string) => prefixes.some((prefix) => path === prefix || path.startsWith(`${prefix}/`))
  return (path) => listed(path) || (path !== '' && rules.ignores(path))
}
