import { useQuery } from '@tanstack/react-query'
import { useEffect } from 'react'
import { useLocation, useSearch } from 'wouter'
import { ErrorState } from '../../ui/page/error-state.tsx'
import { LoadingLines } from '../../ui/page/loaded.tsx'
import { Page } from '../../ui/page/page.tsx'
import { sourcesQuery } from '../sources/queries.ts'
import { isSearch, linkTo, type Place, placeIn, withSearch } from './address.ts'
import { Crumbs } from './crumbs.tsx'
import { FileRows } from './file-rows.tsx'
import classes from './files.module.css'
import { Filters } from './filters.tsx'
import { useKeptScroll } from './kept-scroll.ts'
import { NothingFound } from './nothing-found.tsx'
import { SearchBox } from './search-box.tsx'
import { SearchProgress } from './search-progress.tsx'
import { useFiles } from './use-files.ts'

/** A folder of the drive, or what a search finds. What is shown stands in the address. */
export function FileList() {
  const place = placeIn(useSearch())
  const [, navigate] = useLocation()
  const go = (to: Place, replace = false) => navigate(linkTo(to), { replace })
  return (
    <Page title="Files">
      <div className={classes.controls}>
        <SearchBox text={place.search} search={(text) => go(withSearch(place, text), true)} />
        <Filters place={place} go={go} />
      </div>
      <FolderContent place={place} go={go} />
    </Page>
  )
}

function FolderContent({ place, go }: { place: Place; go: (to: Place, replace?: boolean) => void }) {
  const { files, crumbs, state, searched, more, error, retry } = useFiles(place)
  const sources = useQuery(sourcesQuery).data?.sources ?? []
  const searching = isSearch(place)
  useKeptScroll(linkTo(place), files.length > 0)
  const shown = sources.length === 1 ? sources[0] : sources.find(({ id }) => id === place.source)
  // With several drives the top is that of one of them.
  const lost = !searching && place.folder === null && place.source === null && sources.length > 1
  const first = sources[0]?.id ?? null
  useEffect(() => {
    if (lost) go({ ...place, source: first }, true)
  })
  return (
    <section aria-label={searching ? 'Files found' : 'Files in this folder'} className={classes.list}>
      <div className={classes.above}>
        {!searching && <Crumbs place={place} crumbs={crumbs} top={shown?.name ?? 'All files'} />}
        {searching && <SearchProgress found={files.length} searched={searched} state={state} />}
      </div>
      {error !== null && <ErrorState error={error} retry={retry} />}
      {files.length > 0 && <FileRows files={files} complete={searched === 1} withFolders={searching} more={more} />}
      {files.length === 0 && state === 'loading' && <LoadingLines lines={8} height={28} />}
      {files.length === 0 && state === 'done' && error === null && <NothingFound place={place} />}
    </section>
  )
}
