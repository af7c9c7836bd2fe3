import { Skeleton } from '@mantine/core'
import type { UseQueryResult } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import classes from '../state/states.module.css'
import { ErrorState } from './error-state.tsx'

interface Props<Data> {
  query: UseQueryResult<Data>
  children: (data: Data) => ReactNode
  /** Keeps the shape of what comes; by default some lines. */
  loading?: ReactNode
}

/** What a query gave, or that it is under way, or why it failed. What was there before a failure stays. */
export function Loaded<Data>({ query, children, loading = <LoadingLines /> }: Props<Data>) {
  if (query.data !== undefined) return children(query.data)
  if (query.error !== null) return <ErrorState error={query.error} retry={() => void query.refetch()} />
  return loading
}

/** Grey lines where text will stand. */
export function LoadingLines({ lines = 3, height = 20 }: { lines?: number; height?: number }) {
  return (
    <div className={classes.loading} aria-busy="true">
      {Array.from({ length: lines }, (_, line) => (
        <Skeleton key={line} height={height} />
      ))}
      <span className="visually-hidden">Loading</span>
    </div>
  )
}
