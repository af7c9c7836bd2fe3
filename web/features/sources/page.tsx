import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { addSource } from '../../api/operations.ts'
import type { Google, Source } from '../../api/types.ts'
import { useForbidden } from '../../server/session.ts'
import { ExplainedButton } from '../../ui/data/explained.tsx'
import { EmptyState } from '../../ui/page/empty-state.tsx'
import { ErrorState } from '../../ui/page/error-state.tsx'
import { ButtonLink } from '../../ui/page/link.tsx'
import { Loaded, LoadingLines } from '../../ui/page/loaded.tsx'
import { Page } from '../../ui/page/page.tsx'
import { Section } from '../../ui/page/section.tsx'
import { EntryCard } from './entry-card.tsx'
import { AccountQuestion } from './google/account-question.tsx'
import { CameBack } from './google/came-back.tsx'
import { googleChanged, googleQuery, sourcesQuery } from './queries.ts'
import { SourceCard } from './source-card.tsx'
import { drivesOf, withoutAccount } from './source-words.ts'

/** What is being watched? */
export default function Sources() {
  const google = useQuery(googleQuery)
  // Times and lags grow while nothing happens.
  const sources = useQuery({ ...sourcesQuery, refetchInterval: 10_000 })
  const [added, setAdded] = useState<string | null>(null)
  return (
    <Page title="Sources" aside={<AddAccount done={setAdded} />}>
      <CameBack />
      <AccountQuestion />
      <Loaded query={sources} loading={<LoadingLines lines={3} height={64} />}>
        {({ sources: drives }) => (
          <Loaded query={google}>
            {({ sources: entries }) => <Cards entries={entries} drives={drives} added={added} />}
          </Loaded>
        )}
      </Loaded>
    </Page>
  )
}

interface CardsProps {
  entries: readonly Google[]
  drives: readonly Source[]
  /** The entry that has just been added, which is brought into sight. */
  added: string | null
}

function Cards({ entries, drives, added }: CardsProps) {
  return (
    <>
      {drives.length === 0 && (
        <Section title="Nothing is watched yet">
          <EmptyState title="No drive has been read" action={<ButtonLink to="/setup">Set up the backup</ButtonLink>}>
            Connect to Google below, and start the backup. Each drive is then shown with its account.
          </EmptyState>
        </Section>
      )}
      {entries.map((google) => (
        <div key={google.source} ref={google.source === added ? bringIntoSight : undefined}>
          <EntryCard google={google} drives={drivesOf(google, drives)} several={entries.length > 1} />
        </div>
      ))}
      {withoutAccount(entries, drives).map((source) => (
        <SourceCard key={source.id} source={source} />
      ))}
    </>
  )
}

function bringIntoSight(card: HTMLElement | null): void {
  card?.scrollIntoView({ block: 'center' })
}

function AddAccount({ done }: { done: (source: string) => void }) {
  const client = useQueryClient()
  const forbidden = useForbidden('admin')
  const add = useMutation({
    mutationFn: () => addSource({ body: {} }),
    onSuccess: (added) => {
      done(added.source)
      googleChanged(client, added)
    },
  })
  return (
    <>
      <ExplainedButton variant="default" because={forbidden} loading={add.isPending} onClick={() => add.mutate()}>
        Add another account
      </ExplainedButton>
      {add.error !== null && <ErrorState error={add.error} />}
    </>
  )
}
