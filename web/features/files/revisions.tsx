import type { FileDetail, Revision } from '../../api/types.ts'
import { Size, Time } from '../../ui/data/amounts.tsx'
import { Fact, Facts } from '../../ui/data/facts.tsx'
import { number, plural } from '../../ui/data/format.ts'
import { CopyIconButton } from '../../ui/form/copy.tsx'
import { EmptyState } from '../../ui/page/empty-state.tsx'
import classes from './file-page.module.css'

/** Every content that was captured, newest first, each with the copies of it. */
export function Revisions({ file: { revisions, revisions_total, status } }: { file: FileDetail }) {
  if (revisions.length === 0) {
    return (
      <EmptyState title="Nothing is stored of it yet">
        {status === 'skipped'
          ? 'It is skipped. As soon as it no longer is, it is copied.'
          : 'Its copies appear here as soon as they are stored and checked.'}
      </EmptyState>
    )
  }
  return (
    <>
      <ol className={classes.revisions}>
        {revisions.map((revision, at) => (
          <li key={revision.revision}>
            <RevisionItem revision={revision} open={at === 0} />
          </li>
        ))}
      </ol>
      {revisions_total > revisions.length && (
        <p className={classes.line}>
          The newest {number(revisions.length)} of {plural(revisions_total, 'stored content')} are shown.
        </p>
      )}
    </>
  )
}

function RevisionItem({ revision, open }: { revision: Revision; open: boolean }) {
  const { current, modified_at, captured_at, size, copies } = revision
  return (
    <details className={classes.revision} open={open}>
      <summary className={classes.summary}>
        <span className={classes.when}>
          {current ? (
            'Current version'
          ) : (
            <>
              As it was <Time at={modified_at} />
            </>
          )}
        </span>
        <Size bytes={size} />
        <span className={classes.copiesCount}>
          {copies.length === 0 ? 'no copy yet' : plural(copies.length, 'copy', 'copies')}
        </span>
      </summary>
      <p className={classes.captured}>
        Modified <Time at={modified_at} />, captured <Time at={captured_at} />
      </p>
      {copies.map((copy) => (
        <CopyItem key={`${copy.destination} ${copy.key} ${copy.version_id}`} copy={copy} />
      ))}
    </details>
  )
}

function CopyItem({ copy }: { copy: Revision['copies'][number] }) {
  const { destination, key, version_id, sha256, size, stored_at, place } = copy
  return (
    <section className={classes.copy} aria-label={`Copy at ${destination}`}>
      <h3 className={classes.copyTitle}>{destination}</h3>
      <Facts label={`The copy at ${destination}`}>
        <Fact name="Object key" wide>
          <code>{key}</code> <CopyIconButton value={key} label="the object key" />
        </Fact>
        {version_id !== null && (
          <Fact name="Version in the bucket" wide>
            <code>{version_id}</code> <CopyIconButton value={version_id} label="the version id" />
          </Fact>
        )}
        <Fact name="SHA-256" wide>
          {sha256 === null ? (
            'not computed for this copy'
          ) : (
            <>
              <code>{sha256}</code> <CopyIconButton value={sha256} label="the SHA-256" />
            </>
          )}
        </Fact>
        <Fact name="Stored">
          <Time at={stored_at} />, <Size bytes={size} />
        </Fact>
        <Fact name="Stored as" wide>
          {place === 'mirror' ? 'the current version, under its own path' : 'an older version, in the history'}
        </Fact>
      </Facts>
    </section>
  )
}
