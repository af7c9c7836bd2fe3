import type { ReactNode } from 'react'
import type { Setting } from '../../../api/types.ts'
import { changesIn, valueIn } from '../changes.ts'
import { titleOf } from '../groups.ts'
import { LinesField } from '../setting-field.tsx'
import { Origin } from '../setting-row.tsx'
import { useDraft } from '../use-draft.ts'
import { WayBack } from '../way-back.tsx'
import classes from './exclusions.module.css'

interface Props {
  setting: Setting
  editable: boolean
  rows: number
  /** What is wrong with what is typed, found before it is saved. */
  complaint?: string | null
  /** How a line is written. */
  children: ReactNode
}

export function ExclusionList({ setting, editable, rows, complaint = null, children }: Props) {
  const { key } = setting
  const draft = useDraft()
  const changed = changesIn(draft.edits, [setting]).length > 0
  const error = draft.refused.byKey.get(key) ?? complaint
  const id = `setting-${key}`
  const lines = Array.isArray(setting.value) ? setting.value.map(String) : []
  return (
    <div className={classes.list}>
      {editable ? (
        <label className={classes.title} htmlFor={id}>
          {titleOf(key)}
        </label>
      ) : (
        <span className={classes.title}>{titleOf(key)}</span>
      )}
      <div className={classes.about}>{children}</div>
      {editable ? (
        <LinesField
          id={id}
          error={error}
          aria-description={setting.description}
          rows={rows}
          value={valueIn(draft.edits, setting)}
          onChange={(typed) => draft.edit(setting, typed)}
        />
      ) : (
        <ReadOnlyLines lines={lines} />
      )}
      <div className={classes.foot}>
        <Origin setting={setting} />
        {editable && <WayBack setting={setting} changed={changed} />}
      </div>
    </div>
  )
}

function ReadOnlyLines({ lines }: { lines: readonly string[] }) {
  if (lines.length === 0) return <p className={classes.none}>None.</p>
  return (
    <ul className={classes.lines}>
      {[...new Set(lines)].map((line) => (
        <li key={line}>
          <code>{line}</code>
        </li>
      ))}
    </ul>
  )
}
