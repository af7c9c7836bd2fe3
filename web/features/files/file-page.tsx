import { Button } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { retryFile } from '../../api/operations.ts'
import type { FileDetail } from '../../api/types.ts'
import { CallError } from '../../server/call.ts'
import { statusQuery } from '../../server/live.ts'
import { useForbidden } from '../../server/session.ts'
import { ExplainedButton } from '../../ui/data/explained.tsx'
import { EmptyState } from '../../ui/page/empty-state.tsx'
import { ErrorState } from '../../ui/page/error-state.tsx'
import { Link } from '../../ui/page/link.tsx'
import { Loaded, LoadingLines } from '../../ui/page/loaded.tsx'
import { Page } from '../../ui/page/page.tsx'
import { Section } from '../../ui/page/section.tsx'
import { Notice } from '../../ui/state/notice.tsx'
import { sourcesQuery } from '../sources/queries.ts'
import { linkTo } from './address.ts'
import { Crumbs } from './crumbs.tsx'
import { FileFacts } from './file-facts.tsx'
import classes from './file-page.module.css'
import { FileStanding } from './file-standing.tsx'
import { fileQuery } from './queries.ts'
import { Revisions } from './revisions.tsx'

/** One file: how it stands, and every content of it that is stored. */
export function FilePage({ id }: { id: number }) {
  const query = useQuery(fileQuery(id))
  useFreshFile(id)
  if (query.error instanceof CallError && query.error.status === 404) {
    return (
      <Page title="There is no such file">
        <EmptyState
          title="The catalog has no file with this number"
          action={<Link to="/files">Look for it by name</Link>}
        >
          It may have been one of another catalog.
        </EmptyState>
      </Page>
    )
  }
  const { data: file } = query
  return (
    <Page title={file?.name ?? 'File'} aside={file && <Actions file={file} />}>
      <Loaded query={query} loading={<LoadingLines lines={8} height={32} />}>
        {(found) => <Parts file={found} />}
      </Loaded>
    </Page>
  )
}

function Parts({ file }: { file: FileDetail }) {
  const sources = useQuery(sourcesQuery).data?.sources ?? []
  const source = sources.find(({ id }) => id === file.source)
  return (
    <>
      <Crumbs place={{ source: file.source }} crumbs={file.crumbs} top={source?.name ?? 'All files'} linked />
      <Section title="State">
        <FileStanding file={file} />
        {file.kind === 'folder' && (
          <Link to={linkTo({ folder: file.id, source: file.source })}>Show what is in this folder</Link>
        )}
      </Section>
      {file.kind !== 'folder' && (
        <Section title="Stored contents">
          <Revisions file={file} />
        </Section>
      )}
      <Section title="About this file">
        <FileFacts file={file} />
      </Section>
    </>
  )
}

function Actions({ file }: { file: FileDetail }) {
  const client = useQueryClient()
  const forbidden = useForbidden('control')
  const retry = useMutation({
    mutationFn: () => retryFile({ path: { id: file.id } }),
    onSuccess: () => client.invalidateQueries({ queryKey: fileQuery(file.id).queryKey }),
  })
  const waits = file.status === 'failed' || file.status === 'pending'
  return (
    <div className={classes.actions}>
      {file.removed_at === null && (
        <Button component="a" href={file.web_link} target="_blank" rel="noreferrer" variant="default">
          Open in Google Drive
        </Button>
      )}
      {waits && (
        <ExplainedButton because={forbidden} onClick={() => retry.mutate()} loading={retry.isPending}>
          Try again now
        </ExplainedButton>
      )}
      {retry.isSuccess && (
        <Notice tone="idle" announced>
          It is tried again now.
        </Notice>
      )}
      {retry.error !== null && <ErrorState error={retry.error} />}
    </div>
  )
}

/** A file that waits shows what becomes of it. */
function useFreshFile(id: number): void {
  const client = useQueryClient()
  const stored = useQuery(statusQuery).data
  const mark = stored && [stored.files_synced, stored.pending, stored.failed, stored.last_stored_at].join()
  useEffect(() => {
    void client.invalidateQueries({ queryKey: fileQuery(id).queryKey })
  }, [mark, id, client])
}
