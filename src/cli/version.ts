import { readFileSync } from 'node:fs'
import type { Context } from './context.ts'
import { print } from './terminal/print.ts'
import { EXIT } from './terminal/refusal.ts'

/** The version of the package this file belongs to, as sources and as compiled. */
export function packageVersion(): string {
  const file = new URL('../../package.json', import.meta.url)
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version
}

export async function version(_: Context, { json = false }: { json?: boolean }): Promise<number> {
  const [drivekeep, node] = [packageVersion(), process.versions.node]
  await print(json ? JSON.stringify({ drivekeep, node }) : `drivekeep ${drivekeep} (Node ${node})`)
  return EXIT.ok
}
