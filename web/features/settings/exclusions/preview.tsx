import type { PreviewExclusionsAnswer } from '../../../api/operations.ts'
import { Loaded, LoadingLines } from '../../../ui/page/loaded.tsx'
import { Section } from '../../../ui/page/section.tsx'
import { Notice } from '../../../ui/state/notice.tsx'
import classes from './exclusions.module.css'
import { comparedWith, matchedWords, searchedWords } from './preview-words.ts'
import type { Preview } from './use-preview.ts'

interface Props {
  preview: Preview
  /** What is wrong with what is typed, as it is said at the field. */
  complaint: string | null
}

export function PreviewSection({ preview, complaint }: Props) {
  const { query, old, before, changed } = preview
  return (
    <Section title="Preview">
      {complaint === null ? (
        <div className={classes.preview} data-old={(old && query.error === null) || undefined} aria-busy={old}>
          <Loaded query={query} loading={<LoadingLines lines={4} />}>
            {(found) => <Found found={found} before={before} changed={changed} />}
          </Loaded>
        </div>
      ) : (
        <Notice tone="idle">Shown again as soon as each pattern can be read.</Notice>
      )}
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
          {searchedWords(found)} {changed ? 'Nothing changes before you save.' : 'Current rules.'}
        </p>
      </div>
      {found.examples.length > 0 && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable
        <ul className={classes.examples} aria-label="Some of what is skipped" tabIndex={0}>
          {found.examples.map((path) => (
            <li key={path}>{path}</li>
          ))}
          {found.matched > found.examples.length && <li className={classes.small}>and more</li>}
        </ul>
      )}
    </>
  )
}
