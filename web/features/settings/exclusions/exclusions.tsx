import { NativeSelect } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useLocation, useSearch } from 'wouter'
import type { Setting } from '../../../api/types.ts'
import { useForbidden } from '../../../server/session.ts'
import { Link } from '../../../ui/page/link.tsx'
import { Loaded, LoadingLines } from '../../../ui/page/loaded.tsx'
import { Section } from '../../../ui/page/section.tsx'
import { Notice } from '../../../ui/state/notice.tsx'
import { valueIn } from '../changes.ts'
import { exclusionsOf, sourcesIn } from '../groups.ts'
import { settingsQuery } from '../queries.ts'
import settingsClasses from '../settings.module.css'
import { useDraft } from '../use-draft.ts'
import { ExclusionList } from './exclusion-list.tsx'
import classes from './exclusions.module.css'
import { PreviewSection } from './preview.tsx'
import { patternComplaint } from './preview-words.ts'
import { usePreview } from './use-preview.ts'

/** What is skipped, beside what that means for the files that are known. */
export function Exclusions() {
  const query = useQuery(settingsQuery)
  const forbidden = useForbidden('admin')
  return (
    <>
      {forbidden !== null && <Notice tone="idle">{`You can look at the exclusions. ${forbidden}`}</Notice>}
      <Loaded query={query} loading={<LoadingLines lines={3} height={160} />}>
        {({ settings }) => <OfSource settings={settings} editable={forbidden === null} />}
      </Loaded>
    </>
  )
}

/** Each source has its own; the address says whose are shown. */
function OfSource({ settings, editable }: { settings: readonly Setting[]; editable: boolean }) {
  const [path, navigate] = useLocation()
  const asked = new URLSearchParams(useSearch()).get('source')
  const sources = sourcesIn(settings)
  const source = sources.find((name) => name === asked) ?? 'google_drive'
  return (
    <>
      {sources.length > 1 && (
        <NativeSelect
          label="Of which source"
          className={classes.source}
          data={sources}
          value={source}
          onChange={(event) =>
            navigate(`${path}?${new URLSearchParams({ source: event.currentTarget.value })}`, { replace: true })
          }
        />
      )}
      <Lists key={source} source={source} only={sources.length === 1} settings={settings} editable={editable} />
    </>
  )
}

interface ListsProps {
  source: string
  /** There is no other source. */
  only: boolean
  settings: readonly Setting[]
  editable: boolean
}

function Lists({ source, only, settings, editable }: ListsProps) {
  const { edits } = useDraft()
  const keys = exclusionsOf(source)
  const patterns = settings.find(({ key }) => key === keys.patterns)
  const paths = settings.find(({ key }) => key === keys.paths)
  const saved = { patterns: linesOf(patterns?.value), paths: linesOf(paths?.value) }
  const typed = {
    patterns: patterns === undefined ? [] : linesOf(valueIn(edits, patterns)),
    paths: paths === undefined ? [] : linesOf(valueIn(edits, paths)),
  }
  const preview = usePreview(only ? null : source, saved, typed)
  const complaint = preview.old ? null : patternComplaint(preview.query.error, preview.asked.patterns)
  return (
    <div className={classes.page}>
      <Section title="What to skip">
        <p className={settingsClasses.about}>
          What matches is not backed up, wherever it lies. Copies that are stored already stay. Whole folders are easier
          to choose under{' '}
          <Link to="/sources" underline="always">
            Sources
          </Link>
          .
        </p>
        {patterns !== undefined && (
          <ExclusionList setting={patterns} editable={editable} rows={9} complaint={complaint}>
            <p>
              One pattern per line, as in a .gitignore file: <code>*.tmp</code> skips such files everywhere,{' '}
              <code>node_modules/</code> folders of that name, <code>/Archive/*.mov</code> what lies just there, and{' '}
              <code>!keep.tmp</code> includes a file again.
            </p>
          </ExclusionList>
        )}
        {paths !== undefined && (
          <ExclusionList setting={paths} editable={editable} rows={5}>
            <p>
              A path a line, from the top of the drive, such as <code>Archive/Old videos</code>: that folder or file
              with all that is in it. A path has no wildcards.
            </p>
          </ExclusionList>
        )}
      </Section>
      <PreviewSection preview={preview} complaint={complaint} />
    </div>
  )
}

function linesOf(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : []
}
