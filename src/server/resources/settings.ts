import { isoTime } from '../../catalog/times.ts'
import { listedSettings } from '../../config/schema/listed-settings.ts'
import * as routes from '../contract/settings.ts'
import { answers, type Handler } from '../http/handler.ts'
import { changeSettings, type SetUpParts } from '../set-up/set-up-parts.ts'

/** Every key of the configuration, to be read and changed. */
export function settingsHandlers(parts: SetUpParts): Handler[] {
  return [
    answers(routes.listSettings, () => list(parts)),
    answers(routes.changeSettings, async (call) => {
      // Null goes back to config.yaml.
      const changes = new Map(Object.entries(call.body.changes).map(([key, value]) => [key, value ?? undefined]))
      call.audit([...changes.keys()].join(', '))
      await changeSettings(parts, call, changes)
      return list(parts)
    }),
  ]
}

async function list({ configuration }: SetUpParts) {
  const { loaded, overrides } = await configuration.current()
  const made = new Map(overrides.map((one) => [one.key, one]))
  const settings = listedSettings(loaded).map((setting) => {
    const override = made.get(setting.key)
    const changed_at = override === undefined ? null : isoTime(override.at)
    return { ...setting, changed_at, changed_by: override?.by ?? null }
  })
  return { settings }
}
