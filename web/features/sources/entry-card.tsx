import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { deleteSource } from '../../api/operations.ts'
import type { Google, Source } from '../../api/types.ts'
import { useForbidden } from '../../server/session.ts'
import { ExplainedButton } from '../../ui/data/explained.tsx'
import { ConfirmDialog } from '../../ui/form/confirm-dialog.tsx'
import { Section } from '../../ui/page/section.tsx'
import { StateBadge } from '../../ui/state/state-badge.tsx'
import classes from './google/google.module.css'
import { GoogleConnection } from './google/google-connection.tsx'
import { googleChanged } from './queries.ts'
import { SelectionSection } from './selection/selection-section.tsx'
import { BrowseFiles, SourceFigures } from './source-card.tsx'

interface Props {
  google: Google
  /** The drives that this account watches, as far as they have been read. */
  drives: readonly Source[]
  /** Whether there are other accounts too. */
  several: boolean
}

/** One account: how its drives stand, how it is signed in to, and what of it is backed up. */
export function EntryCard({ google, drives, several }: Props) {
  const title = titleOf(google)
  return (
    <Section
      title={title}
      aside={
        <>
          {drives.map((drive) => (
            <BrowseFiles key={drive.id} source={drive} named={drives.length > 1} />
          ))}
          {google.origin === 'dashboard' && <Remove google={google} title={title} />}
        </>
      }
    >
      <div className={classes.connection}>
        {drives.map((drive) => (
          <SourceFigures key={drive.id} source={drive} />
        ))}
        {google.connected && drives.length === 0 && (
          <p className={classes.lead}>
            <StateBadge tone="idle">Not read yet</StateBadge>
            <span>It is read as soon as the backup runs.</span>
          </p>
        )}
        <h3 className={classes.part}>Sign-in</h3>
        <GoogleConnection google={google} returnTo="/sources" />
        {google.connected && (
          <>
            <h3 className={classes.part}>What is backed up</h3>
            {several ? (
              <details className={classes.more}>
                <summary>Choose files and folders</summary>
                <div className={classes.folded}>
                  <SelectionSection source={google.source} several />
                </div>
              </details>
            ) : (
              <SelectionSection source={google.source} />
            )}
          </>
        )}
      </div>
    </Section>
  )
}

function titleOf({ account, connected, source }: Google): string {
  if (connected && account !== null) return account
  return source === 'google_drive' ? 'Google' : source
}

/** Only what was added here: the rest is in config.yaml. */
function Remove({ google, title }: { google: Google; title: string }) {
  const client = useQueryClient()
  const forbidden = useForbidden('admin')
  const [asking, setAsking] = useState(false)
  const remove = useMutation({
    mutationFn: () => deleteSource({ path: { name: google.source } }),
    onSuccess: () => googleChanged(client),
  })
  return (
    <>
      <ExplainedButton
        size="compact-sm"
        variant="subtle"
        color="red"
        aria-label={`Remove ${title}`}
        because={forbidden}
        onClick={() => setAsking(true)}
      >
        Remove
      </ExplainedButton>
      <ConfirmDialog
        opened={asking}
        close={() => setAsking(false)}
        title={`Remove ${title}?`}
        verb="Remove"
        confirm={() => remove.mutate()}
        busy={remove.isPending}
        error={remove.error}
      >
        Drivekeep forgets its sign-in and what was chosen of it, and changes in its drive are no longer backed up. All
        copies that are stored stay, and so does what is known of the files.
      </ConfirmDialog>
    </>
  )
}
