import { useQuery } from '@tanstack/react-query'
import type { Setting } from '../../api/types.ts'
import { useForbidden } from '../../server/session.ts'
import { plural } from '../../ui/data/format.ts'
import { ButtonLink, Link } from '../../ui/page/link.tsx'
import { Loaded, LoadingLines } from '../../ui/page/loaded.tsx'
import { Section } from '../../ui/page/section.tsx'
import { Notice } from '../../ui/state/notice.tsx'
import { FileOnly } from './file-only.tsx'
import { GoogleSection } from './google-section.tsx'
import { exclusionsOf, fileOnly, type Group, grouped, sourcesIn } from './groups.ts'
import { settingsQuery } from './queries.ts'
import { SettingRow } from './setting-row.tsx'
import classes from './settings.module.css'

/** Everything that is changed by itself: when, how much, and what is rarely touched. */
export function General() {
  const query = useQuery(settingsQuery)
  const forbidden = useForbidden('admin')
  return (
    <>
      {forbidden !== null && <Notice tone="idle">{`You can look at the settings. ${forbidden}`}</Notice>}
      <GoogleSection />
      <Loaded query={query} loading={<LoadingLines lines={5} height={96} />}>
        {({ settings }) => (
          <>
            {grouped(settings).map((group) => (
              <SettingsGroup key={group.id} group={group} editable={forbidden === null} />
            ))}
            <ExclusionsGroup settings={settings} />
            <FileOnly settings={fileOnly(settings)} />
          </>
        )}
      </Loaded>
    </>
  )
}

function SettingsGroup({ group, editable }: { group: Group; editable: boolean }) {
  return (
    <Section title={group.title}>
      <p className={classes.about}>{group.about}</p>
      {group.settings.map((setting) => (
        <SettingRow key={setting.key} setting={setting} editable={editable} />
      ))}
    </Section>
  )
}

function ExclusionsGroup({ settings }: { settings: readonly Setting[] }) {
  const lines = (keys: readonly string[]) =>
    settings
      .filter(({ key }) => keys.includes(key))
      .reduce((sum, { value }) => sum + (Array.isArray(value) ? value.length : 0), 0)
  const exclusions = sourcesIn(settings).map(exclusionsOf)
  return (
    <Section
      title="Exclusions"
      aside={
        <ButtonLink to="/settings/exclusions" variant="default" size="compact-sm">
          Go to exclusions
        </ButtonLink>
      }
    >
      <p className={classes.about}>
        {exclusionsInWords(
          lines(exclusions.map(({ patterns }) => patterns)),
          lines(exclusions.map(({ paths }) => paths)),
        )}{' '}
        Whole folders are chosen under{' '}
        <Link to="/sources" underline="always">
          Sources
        </Link>
        , and where copies go under{' '}
        <Link to="/destinations" underline="always">
          Destinations
        </Link>
        .
      </p>
    </Section>
  )
}

function exclusionsInWords(patterns: number, paths: number): string {
  const parts = [
    patterns > 0 ? plural(patterns, 'name or pattern', 'names and patterns') : null,
    paths > 0 ? plural(paths, 'path') : null,
  ].filter((part) => part !== null)
  return parts.length === 0 ? 'No name and no path is skipped.' : `Skipped: ${parts.join(' and ')}.`
}
