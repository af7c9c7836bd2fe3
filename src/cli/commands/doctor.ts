import type { CheckResult } from '../../backup/model/destination.ts'
import { ConfigError } from '../../config/file/problems.ts'
import { visible } from '../../log/visible.ts'
import { type Context, openApp, readConfig } from '../context.ts'
import { checkCatalog, checkDataFolder, checkDisk, checkProcess } from '../machine-checks.ts'
import { messageOf } from '../terminal/failure.ts'
import { print } from '../terminal/print.ts'
import { EXIT } from '../terminal/refusal.ts'

/** The parts' own limits are shorter; this is the bound on all the checks of one part. */
const PATIENCE_MS = 120_000

interface Check extends CheckResult {
  area: string
}
/** Takes results as they come: a slow check should not keep the others from being read. */
type Tell = (area: string, results: readonly CheckResult[]) => Promise<void>

/** Tests everything that a backup needs and says what to do about what is missing. Exit code 0 only when all is well. */
export async function doctor(context: Context, { json = false }: { json?: boolean }): Promise<number> {
  const checks: Check[] = []
  await examine(context, async (area, results) => {
    for (const result of results) {
      checks.push({ area, ...result })
      if (!json) await print(lineOf({ area, ...result }))
    }
  })
  const wrong = checks.filter(({ ok }) => !ok).length
  if (json) await print(JSON.stringify({ ok: wrong === 0, checks }, null, 2))
  else await print(wrong === 0 ? '\nAll is well.' : `\n${wrong} of ${checks.length} checks failed.`)
  return wrong === 0 ? EXIT.ok : EXIT.failed
}

async function examine(context: Context, tell: Tell): Promise<void> {
  const config = await attempt(() => readConfig(context))
  if ('refusal' in config) {
    // A part of the configuration is in the catalog, which may be what cannot be read.
    const [area, step] = config.configuration ? ['configuration', context.configFile] : ['catalog', 'open']
    return tell(area, [{ step, ok: false, message: config.refusal }])
  }
  await tell('configuration', [{ step: context.configFile, ok: true, message: 'valid' }])
  const { dataDir, catalogFile } = config.value
  await tell('this machine', [checkDataFolder(dataDir), checkDisk(dataDir)])

  const opened = await attempt(() => openApp(config.value))
  if ('refusal' in opened) return tell('catalog', [{ step: 'open', ok: false, message: opened.refusal }])
  await using app = opened.value
  await tell('catalog', [await checkCatalog(app.db), await checkProcess(app.db, catalogFile)])
  for (const [name, drive] of app.drives) {
    // One account needs no name.
    const area = app.drives.size === 1 ? 'Google Drive' : `Google Drive of ${name}`
    await tell(area, await bounded((signal) => drive.checkAccess(signal)))
  }
  for (const destination of app.destinations) {
    await tell(`destination ${destination.name}`, await bounded((signal) => destination.check(signal)))
  }
}

/** What goes wrong with a known cause is a finding; a defect of ours is thrown. */
async function attempt<Value>(
  work: () => Promise<Value>,
): Promise<{ value: Value } | { refusal: string; configuration: boolean }> {
  try {
    return { value: await work() }
  } catch (error) {
    const refusal = messageOf(error)
    if (refusal === null) throw error
    return { refusal, configuration: error instanceof ConfigError }
  }
}

async function bounded(check: (signal: AbortSignal) => Promise<CheckResult[]>): Promise<CheckResult[]> {
  const signal = AbortSignal.timeout(PATIENCE_MS)
  try {
    return await check(signal)
  } catch (error) {
    if (!signal.aborted) throw error
    const message = `No end within ${PATIENCE_MS / 1000} s. Check the network, proxy and firewall of this machine.`
    return [{ step: 'answer in time', ok: false, message }]
  }
}

function lineOf({ area, step, ok, message }: Check): string {
  const text = message.split('\n').map(visible).join('\n    ')
  return `${ok ? '✓' : '✗'} ${area}: ${visible(step)}: ${text}`
}
