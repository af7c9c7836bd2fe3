import type { Setting } from '../../api/types.ts'
import { plural } from '../../ui/data/format.ts'
import { Section } from '../../ui/page/section.tsx'
import { shown } from './field.ts'
import { titleOf } from './groups.ts'
import { Origin } from './setting-row.tsx'
import classes from './settings.module.css'

/** What cannot be changed from here, so that nobody looks for it in vain. */
export function FileOnly({ settings }: { settings: readonly Setting[] }) {
  if (settings.length === 0) return null
  return (
    <Section title="Only in config.yaml">
      <p className={classes.about}>
        These are needed before the dashboard runs, or name files and servers that its users must not choose. A change
        holds after Drivekeep has been started again.
      </p>
      <details className={classes.fold}>
        <summary>Show {plural(settings.length, 'key')}</summary>
        {settings.map((setting) => (
          <div key={setting.key} className={classes.row}>
            <div className={classes.words}>
              <span className={classes.title}>{titleOf(setting.key)}</span>
              <p className={classes.description}>{setting.description}</p>
              <Origin setting={setting} />
            </div>
            <div className={classes.control}>
              <span className={classes.value}>{shown(setting.key, setting.value)}</span>
            </div>
          </div>
        ))}
      </details>
    </Section>
  )
}
