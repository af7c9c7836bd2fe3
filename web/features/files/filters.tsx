import { Button, NativeSelect } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { sourcesQuery } from '../sources/queries.ts'
import { isSearch, type Place, STATUSES, TOP } from './address.ts'
import { STATUS_WORDS } from './file-words.ts'
import classes from './files.module.css'
import { reasonsQuery } from './queries.ts'

interface Props {
  place: Place
  go: (to: Place) => void
}

/** Which drive, which state, and why. */
export function Filters({ place, go }: Props) {
  const sources = useQuery(sourcesQuery).data?.sources ?? []
  return (
    <div className={classes.filters}>
      {sources.length > 1 && (
        <NativeSelect
          aria-label="Drive"
          value={place.source ?? ''}
          onChange={({ currentTarget: { value } }) =>
            go({ ...place, folder: null, source: value === '' ? null : Number(value) })
          }
          data={[
            ...(isSearch(place) ? [{ value: '', label: 'Every drive' }] : []),
            ...sources.map(({ id, name }) => ({ value: String(id), label: name })),
          ]}
        />
      )}
      <NativeSelect
        aria-label="State"
        value={place.status ?? ''}
        onChange={({ currentTarget: { value } }) =>
          go({ ...place, status: STATUSES.find((status) => status === value) ?? null, reason: null })
        }
        data={[
          { value: '', label: 'Any state' },
          ...STATUSES.map((status) => ({ value: status, label: STATUS_WORDS[status] })),
        ]}
      />
      {(place.status === 'failed' ||
        place.status === 'skipped' ||
        place.status === 'pending' ||
        place.reason !== null) && <ReasonFilter place={place} go={go} />}
      {isSearch(place) && (
        <Button variant="default" onClick={() => go({ ...TOP, source: place.source, folder: place.folder })}>
          Clear
        </Button>
      )}
    </div>
  )
}

function ReasonFilter({ place, go }: Props) {
  const { problems = [], skipped = [] } = useQuery(reasonsQuery).data ?? {}
  const faults = problems.map(({ fault, title }) => ({ value: fault, label: title }))
  const reasons = skipped.map(({ reason, explanation }) => ({ value: reason, label: sentence(explanation) }))
  const known = place.status === 'skipped' ? reasons : place.status === null ? [...faults, ...reasons] : faults
  const other = place.reason !== null && !known.some(({ value }) => value === place.reason)
  return (
    <NativeSelect
      aria-label="Reason"
      className={classes.reason}
      value={place.reason ?? ''}
      onChange={({ currentTarget: { value } }) => go({ ...place, reason: value || null })}
      data={[
        { value: '', label: 'Any reason' },
        ...known,
        ...(other ? [{ value: place.reason ?? '', label: place.reason ?? '' }] : []),
      ]}
    />
  )
}

function sentence(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1)
}
