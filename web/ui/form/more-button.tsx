import { Button } from '@mantine/core'

interface Pages {
  hasNextPage: boolean
  isFetchingNextPage: boolean
  fetchNextPage: () => unknown
}

/** Below a list that comes in pages: the next one; nothing behind the last. */
export function MoreButton({ query, children }: { query: Pages; children: string }) {
  if (!query.hasNextPage) return null
  return (
    <Button variant="subtle" fullWidth loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
      {children}
    </Button>
  )
}
