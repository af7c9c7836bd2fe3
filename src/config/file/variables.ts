import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseEnv } from 'node:util'
import { NOWHERE, type Problem } from './problems.ts'

export type Variables = ReadonlyMap<string, string>

/**
 * The variables that `${NAME}` may read: those of `.env` beside the config file, under those of the environment.
 * An empty variable counts as not set: that is how a template's unfilled line looks.
 */
export function readVariables(
  folder: string,
  env: Readonly<Record<string, string | undefined>>,
): { variables: Variables; problems: Problem[] } {
  const variables = new Map<string, string>()
  const problems: Problem[] = []
  const add = (source: Readonly<Record<string, string | undefined>>) => {
    for (const [name, value] of Object.entries(source)) if (value) variables.set(name, value)
  }
  try {
    add(parseEnv(readFileSync(join(folder, '.env'), 'utf8')))
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code !== 'ENOENT' && code !== 'ENOTDIR') {
      const message = `the .env file beside it cannot be read (${code ?? 'unknown error'})`
      const remedy = 'Make .env a text file that this user may read, or remove it.'
      problems.push({ kind: 'wrong', path: '', ...NOWHERE, message, remedy })
    }
  }
  add(env)
  return { variables, problems }
}

export type Expansion =
  | { result: 'text'; text: string; expanded: boolean }
  | { result: 'unset'; name: string }
  | { result: 'malformed' }

const PIECE = /\$\$\{|\$\{([A-Za-z_][A-Za-z0-9_]*)\}|\$\{/g

/** Puts the variables' values in place of `${NAME}`. Values are not looked into again. `$${` stands for a plain `${`. */
export function expand(text: string, variables: Variables): Expansion {
  let unset: string | null = null
  let malformed = false
  let expanded = false
  const result = text.replace(PIECE, (piece, name: string | undefined) => {
    if (piece === '$${') return '${'
    if (name === undefined) {
      malformed = true
      return piece
    }
    const value = variables.get(name)
    if (value === undefined) unset ??= name
    expanded = true
    return value ?? ''
  })
  if (malformed) return { result: 'malformed' }
  if (unset !== null) return { result: 'unset', name: unset }
  return { result: 'text', text: result, expanded }
}
