import { useQuery } from '@tanstack/react-query'
import { Cards } from '../../ui/cards.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { ButtonLink } from '../../ui/link.tsx'
import { Loaded, LoadingLines } from '../../ui/loaded.tsx'
import { Page } from '../../ui/page.tsx'
import { Section } from '../../ui/section.tsx'
import { CameBack } from './came-back.tsx'
import { GoogleConnection } from './google-connection.tsx'
import { googleQuery, sourcesQuery } from './queries.ts'
import { SelectionSection } from './selection-section.tsx'
import { SourceCard } from './source-card.tsx'

/** What is being watched? */
export default function Sources() {
  const google = useQuery(googleQuery)
  return (
    <Page title="Sources">
      <CameBack />
      <Watched />
      <Section title="Google">
        <Loaded query={google}>{(found) => <GoogleConnection google={found} returnTo="/sources" />}</Loaded>
      </Section>
      {google.data?.connected && (
        <Section title="What is backed up">
          <SelectionSection />
        </Section>
      )}
    </Page>
  )
}

function Watched() {
  // Times and lags grow while nothing happens.
  const query = useQuery({ ...sourcesQuery, refetchInterval: 10_000 })
  return (
    <Loaded query={query} loading={<LoadingLines lines={3} height={64} />}>
      {({ sources }) =>
        sources.length === 0 ? (
          <Section title="Nothing is watched yet">
            <EmptyState title="No drive has been read" action={<ButtonLink to="/setup">Set up the backup</ButtonLink>}>
              Connect to Google below, and start the backup. Each drive then has its card here.
            </EmptyState>
          </Section>
        ) : (
          <Cards>
            {sources.map((source) => (
              <SourceCard key={source.id} source={source} />
            ))}
          </Cards>
        )
      }
    </Loaded>
  )
}
