import type { Setting } from '../../api/types.ts'
import { Time } from '../../ui/data/amounts.tsx'
import { changesIn, complaintsIn, valueIn } from './changes.ts'
import { fieldOf, meaningOf, shown } from './field.ts'
import { titleOf } from './groups.ts'
import { SettingField } from './setting-field.tsx'
import classes from './settings.module.css'
import { useDraft } from './use-draft.ts'
import { WayBack } from './way-back.tsx'

/** One key: what it means, what holds and why, and what a change of it will do. */
export function SettingRow({ setting, editable }: { setting: Setting; editable: boolean }) {
  const { key, description, schema, secret } = setting
  const draft = useDraft()
  const change = changesIn(draft.edits, [setting])[0]
  const error = complaintsIn(draft.edits, [setting]).get(key) ?? draft.refused.byKey.get(key) ?? null
  const value = valueIn(draft.edits, setting)
  const meaning = meaningOf(key, value)
  const kind = fieldOf(schema).kind
  return (
    <div className={classes.row} data-changed={change !== undefined || undefined}>
      <div className={classes.words}>
        {editable && kind !== 'other' ? (
          <label id={`title-${key}`} className={classes.title} htmlFor={`setting-${key}`}>
            {titleOf(key)}
          </label>
        ) : (
          <span className={classes.title}>{titleOf(key)}</span>
        )}
        <p className={classes.description}>{description}</p>
        <Origin setting={setting} />
      </div>
      <div className={classes.control}>
        {editable && kind !== 'other' ? (
          <SettingField
            setting={setting}
            value={value}
            onChange={(typed) => draft.edit(setting, typed)}
            error={error}
            id={`setting-${key}`}
            about={change === undefined ? description : `${description} ${change.effect}`}
          />
        ) : (
          <span className={classes.value}>{secret ? secretWords(setting) : shown(key, setting.value)}</span>
        )}
        {editable && meaning !== null && <p className={classes.meaning}>{meaning}</p>}
        {editable && kind === 'other' && <p className={classes.meaning}>This can be changed in config.yaml alone.</p>}
        {change !== undefined && error === null && <p className={classes.effect}>{change.effect}</p>}
        {editable && (
          <div className={classes.buttons}>
            <WayBack setting={setting} changed={change !== undefined} />
          </div>
        )}
      </div>
    </div>
  )
}

/** Where the value comes from, what it is without, and what the key is called in config.yaml. */
export function Origin({ setting }: { setting: Setting }) {
  const { key, origin, changed_by, changed_at, secret } = setting
  const byDefault = setting.default === null ? 'nothing' : shown(key, setting.default)
  return (
    <p className={classes.origin}>
      <code>{key}</code>
      {origin !== 'default' && !secret && <span>Default: {byDefault}</span>}
      {origin === 'default' && <span>Default value</span>}
      {origin === 'file' && <span>From config.yaml</span>}
      {origin === 'dashboard' && (
        <span>
          Set here{changed_by !== null && ` by ${changed_by}`}
          {changed_at !== null && (
            <>
              {', '}
              <Time at={changed_at} />
            </>
          )}
        </span>
      )}
    </p>
  )
}

function secretWords({ set }: Setting): string {
  return set ? 'set, and shown to nobody' : 'not set'
}
