import { useInfiniteQuery } from '@tanstack/react-query'
import { useEffect } from 'react'
import { useSearchParams } from 'wouter'
import { useLive } from '../../server/live.ts'
import { percent } from '../../ui/data/format.ts'
import { EmptyState } from '../../ui/page/empty-state.tsx'
import { Loaded, LoadingLines } from '../../ui/page/loaded.tsx'
import { Section } from '../../ui/page/section.tsx'
import { EntryList } from './entry-list.tsx'
import { ExportLinks } from './export-links.tsx'
import { FilterBar } from './filter-bar.tsx'
import { addressOf, filtersOf, isFiltered } from './filters.ts'
import classes from './log.module.css'
import { activityQuery } from './queries.ts'
import { useNewest } from './use-newest.ts'

/** More than a person reads; whoever needs all of it takes it as a file. */
const MOST_PAGES = 50
const ENOUGH = 50

/** The log, newest first, live while its top is in view. The filter is in the address. */
export function Log() {
  const [address, setAddress] = useSearchParams()
  const filters = filtersOf(address)
  // Not before the stream is there: what happens between the list and the stream would be missed.
  const query = useInfiniteQuery({ ...activityQuery(filters), enabled: useLive().state !== 'connecting' })
  const { data, hasNextPage, isFetching, fetchNextPage } = query
  const pages = data?.pages ?? []
  const listed = pages.flatMap(({ entries }) => entries)
  const newest = useNewest(listed, filters)
  const full = pages.length >= MOST_PAGES
  const searching = hasNextPage && !full && newest.entries.length < ENOUGH
  useEffect(() => {
    if (searching && !isFetching) void fetchNextPage()
  }, [searching, isFetching, fetchNextPage])
  const more = () => {
    if (hasNextPage && !full && !isFetching) void fetchNextPage()
  }
  return (
    <Section title="What happened" aside={<ExportLinks filters={filters} />} flush>
      <FilterBar
        filters={filters}
        actions={pages[0]?.actions ?? []}
        change={(changed) => setAddress(addressOf(changed), { replace: true })}
      />
      <Loaded query={query} loading={<LoadingLines lines={12} height={24} />}>
        {() => (
          <>
            <EntryList newest={newest} atEnd={more} />
            {newest.entries.length === 0 && !searching && <Nothing filtered={isFiltered(filters)} />}
            {searching && <p className={classes.hint}>Searched {percent(pages.at(-1)?.searched ?? 0)} of the log …</p>}
            {full && (
              <p className={classes.hint}>
                These are the newest {newest.entries.length.toLocaleString('en')}. Narrow the filter, or take all of it
                as a file.
              </p>
            )}
          </>
        )}
      </Loaded>
    </Section>
  )
}

function Nothing({ filtered }: { filtered: boolean }) {
  if (filtered)
    return (
      <EmptyState title="Nothing in the log fits">Another word, another day or fewer filters may find it.</EmptyState>
    )
  return (
    <EmptyState title="Nothing has happened yet">
      What is stored, moved or deleted appears here as it happens.
    </EmptyState>
  )
}
