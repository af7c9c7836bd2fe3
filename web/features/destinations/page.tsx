import { useQuery } from '@tanstack/react-query'
import { useLocation } from 'wouter'
import { useForbidden } from '../../server/session.ts'
import { Cards } from '../../ui/data/cards.tsx'
import { ExplainedButton } from '../../ui/data/explained.tsx'
import { EmptyState } from '../../ui/page/empty-state.tsx'
import { ButtonLink } from '../../ui/page/link.tsx'
import { Loaded, LoadingLines } from '../../ui/page/loaded.tsx'
import { Page } from '../../ui/page/page.tsx'
import { Section } from '../../ui/page/section.tsx'
import { DestinationCard } from './destination-card.tsx'
import { EditPage } from './edit-page.tsx'
import { destinationsQuery } from './queries.ts'

/** Where does it go, and is it healthy? All at `/destinations`, the form at `/destinations/new` or `/destinations/NAME/change`. */
export default function Destinations() {
  const [path] = useLocation()
  if (path === '/destinations/new') return <EditPage key="new" name={null} />
  const name = /^\/destinations\/([\w-]{1,63})\/change$/.exec(path)?.[1]
  return name === undefined ? <All /> : <EditPage key={name} name={name} />
}

function All() {
  const query = useQuery({ ...destinationsQuery, refetchInterval: 10_000 })
  return (
    <Page title="Destinations" aside={<AddButton />}>
      <Loaded query={query} loading={<LoadingLines lines={3} height={96} />}>
        {({ destinations, types }) =>
          destinations.length === 0 ? (
            <Section title="Nothing is stored yet">
              <EmptyState
                title="There is no destination"
                action={<ButtonLink to="/destinations/new">Add a destination</ButtonLink>}
              >
                A destination is a bucket that copies go to, at Amazon, Backblaze, Scaleway or on a server of your own.
                It is tested before anything is written to it.
              </EmptyState>
            </Section>
          ) : (
            <Cards>
              {destinations.map((destination) => (
                <DestinationCard
                  key={destination.name}
                  destination={destination}
                  title={types.find(({ type }) => type === destination.type)?.title ?? destination.type}
                />
              ))}
            </Cards>
          )
        }
      </Loaded>
    </Page>
  )
}

function AddButton() {
  const forbidden = useForbidden('admin')
  const [, navigate] = useLocation()
  if (forbidden === null) {
    return (
      <ButtonLink to="/destinations/new" variant="default">
        Add a destination
      </ButtonLink>
    )
  }
  return (
    <ExplainedButton variant="default" because={forbidden} onClick={() => navigate('/destinations/new')}>
      Add a destination
    </ExplainedButton>
  )
}
