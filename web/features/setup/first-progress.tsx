import { Progress } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { listActivity } from '../../api/operations.ts'
import type { Status } from '../../api/types.ts'
import { Time } from '../../ui/data/amounts.tsx'
import { bytes, nameAndFolder } from '../../ui/data/format.ts'
import { ButtonLink, Link } from '../../ui/page/link.tsx'
import { FaultNotice } from '../../ui/state/fault-notice.tsx'
import { Notice } from '../../ui/state/notice.tsx'
import { firstWords, shareDone } from './first-words.ts'
import classes from './setup.module.css'

/** Live, from the first scan to the first protected file and on. */
export function FirstProgress({ status }: { status: Status }) {
  const { files_synced, scanning, outage, failed, progress, estimated_end } = status
  const { headline, detail } = firstWords(status)
  const some = files_synced > 0
  return (
    <div className={classes.form}>
      {outage !== null && <FaultNotice outage={outage} />}
      <div>
        <p className={classes.headline} role="status">
          {headline}
        </p>
        <p className={classes.detail} data-live>
          {detail}
          {estimated_end !== null && (
            <>
              {' '}
              Done <Time at={estimated_end} end="." />
            </>
          )}
        </p>
      </div>
      <Progress
        aria-label="Files protected"
        value={shareDone(status)}
        animated={shareDone(status) < 100}
        striped={scanning}
        size="lg"
      />
      <ul className={classes.transfers} aria-label="Being copied now" data-live>
        {progress.transfers.slice(0, SHOWN).map(({ file, path, bytes: done, size }) => (
          <li key={file}>
            <span className={classes.path} title={path}>
              {nameAndFolder(path).name}
            </span>
            <span className="figures">{size === null ? bytes(done) : `${bytes(done)} of ${bytes(size)}`}</span>
          </li>
        ))}
      </ul>
      {some && <JustProtected stored={files_synced} />}
      {failed > 0 && (
        <Notice tone="act">
          Some files could not be copied.{' '}
          <Link to="/problems" underline="always">
            See what to do
          </Link>
        </Notice>
      )}
      <div className={classes.way}>
        <ButtonLink to="/" variant={some ? 'filled' : 'default'}>
          Go to the Overview
        </ButtonLink>
      </div>
      <p className={classes.detail}>You can close this page at any time: the backup goes on by itself.</p>
    </div>
  )
}

const SHOWN = 4

/** The latest file that is safe, with the way to its copies. */
function JustProtected({ stored }: { stored: number }) {
  const { data } = useQuery({
    queryKey: ['activity', 'just-stored'],
    queryFn: ({ signal }) => listActivity({ query: { action: 'stored', limit: 1 } }, signal),
    refetchInterval: 3_000,
    enabled: stored > 0,
  })
  const entry = data?.entries[0]
  if (entry?.path == null) return null
  return (
    <Notice tone="proven">
      Just protected:{' '}
      {entry.file === null ? (
        entry.path
      ) : (
        <Link to={`/files/${entry.file}`} underline="always">
          {entry.path}
        </Link>
      )}
    </Notice>
  )
}
