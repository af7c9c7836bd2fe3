import { useDebouncedValue } from '@mantine/hooks'
import { keepPreviousData, queryOptions, useQuery } from '@tanstack/react-query'
import { previewExclusions } from '../../../api/operations.ts'

export interface Exclusions {
  patterns: string[]
  paths: string[]
}

/** Long enough that a word is typed to its end, short enough to be live. */
const PAUSE = 400

const previewQuery = (source: string | null, exclusions: Exclusions) =>
  queryOptions({
    queryKey: ['exclusions-preview', source, exclusions],
    queryFn: ({ signal }) => previewExclusions({ query: source === null ? {} : { source }, body: exclusions }, signal),
    staleTime: 30_000,
    placeholderData: keepPreviousData,
  })

export type Preview = ReturnType<typeof usePreview>

/** What the exclusions skip of the files that are known, while they are being typed. `source`: null for all files. */
export function usePreview(source: string | null, saved: Exclusions, typed: Exclusions) {
  const changed = JSON.stringify(typed) !== JSON.stringify(saved)
  const [settled] = useDebouncedValue(JSON.stringify(typed), PAUSE)
  const asked = JSON.parse(settled) as Exclusions
  const query = useQuery(previewQuery(source, asked))
  const before = useQuery({ ...previewQuery(source, saved), enabled: changed }).data
  /** What is shown is about what stood there a moment ago. */
  const old = query.isPlaceholderData || settled !== JSON.stringify(typed)
  return { query, asked, changed, old, before: changed && !old ? before : undefined }
}
