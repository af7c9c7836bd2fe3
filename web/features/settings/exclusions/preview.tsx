import { useDebouncedValue } from '@mantine/hooks'
import { keepPreviousData, queryOptions, useQuery } from '@tanstack/react-query'
import { type PreviewExclusionsAnswer, previewExclusions } from '../../../api/operations.ts'
import { Loaded, LoadingLines } from '../../../ui/loaded.tsx'
import { Section } from '../../../ui/section.tsx'
import classes from './exclusions.module.css'
import { comparedWith, matchedWords, searchedWords } from './preview-words.ts'

interface Exclusions {
  patterns: string[]
  paths: string[]
}

/** Long enough that a word is typed to its end, short enough to be live. */
const PAUSE = 400

const previewQuery = (exclusions: Exclusions) =>
  queryOptions({
    queryKey: ['exclusions-preview', exclusions],
    queryFn: ({ signal }) => previewExclusions({ body: exclusions }, signal),
    staleTime: 30_000,
    placeholderData: keepPreviousData,
  })

/** What the exclusions leave out of the files that are known, while they are being typed. */
export function Preview({ saved, typed }: { saved: Exclusions; typed: Exclusions }) {
  const changed = JSON.stringify(typed) !== JSON.stringify(saved)
  const [settled] = useDebouncedValue(JSON.stringify(typed), PAUSE)
  const asked = JSON.parse(settled) as Exclusions
  const query = useQuery(previewQuery(asked))
  const before = useQuery({ ...previewQuery(saved), enabled: changed }).data
  const old = query.isPlaceholderData || settled !== JSON.stringify(typed)
  return (
    <Section title="What that leaves out">
      <div className={classes.preview} data-old={(old && query.error === null) || undefined} aria-busy={old}>
        <Loaded query={query} loading={<LoadingLines lines={4} />}>
          {(found) => <Found found={found} before={changed && !old ? before : undefined} changed={changed} />}
        </Loaded>
      </div>
    </Section>
  )
}

interface FoundProps {
  found: PreviewExclusionsAnswer
  before: PreviewExclusionsAnswer | undefined
  changed: boolean
}

function Found({ found, before, changed }: FoundProps) {
  const compared = before === undefined ? null : comparedWith(found, before)
  return (
    <>
      <div role="status" className={classes.preview}>
        <p className={classes.lead}>{matchedWords(found)}</p>
        {compared !== null && <p className={classes.sentence}>{compared}</p>}
        <p className={classes.small}>
          {searchedWords(found)} {changed ? 'Nothing changes before you save.' : 'This is how it is now.'}
        </p>
      </div>
      {found.examples.length > 0 && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable
        <ul className={classes.examples} aria-label="Some of what is left out" tabIndex={0}>
          {found.examples.map((path) => (
            <li key={path}>{path}</li>
          ))}
          {found.matched > found.examples.length && <li className={classes.small}>and more</li>}
        </ul>
      )}
    </>
  )
}
