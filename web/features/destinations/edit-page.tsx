import { useQuery } from '@tanstack/react-query'
import { useLocation } from 'wouter'
import { EmptyState } from '../../ui/page/empty-state.tsx'
import { Link } from '../../ui/page/link.tsx'
import { Loaded, LoadingLines } from '../../ui/page/loaded.tsx'
import { Page } from '../../ui/page/page.tsx'
import { Section } from '../../ui/page/section.tsx'
import { DestinationForm } from './destination-form.tsx'
import { formOf, newForm } from './draft.ts'
import { destinationsQuery } from './queries.ts'

/** The form of a destination; `name` null: of a new one. */
export function EditPage({ name }: { name: string | null }) {
  const query = useQuery(destinationsQuery)
  const [, navigate] = useLocation()
  const back = () => navigate('/destinations')
  const title = name === null ? 'Add a destination' : `Change “${name}”`
  return (
    <Page title={title} aside={<Link to="/destinations">All destinations</Link>}>
      <Loaded query={query} loading={<LoadingLines lines={6} height={48} />}>
        {({ destinations, types }) => {
          const taken = destinations.map((destination) => destination.name)
          const known = destinations.find((destination) => destination.name === name)
          if (name !== null && (known === undefined || known.settings === null)) {
            return (
              <EmptyState
                title={`There is no destination “${name}”`}
                action={<Link to="/destinations">All destinations</Link>}
              />
            )
          }
          return (
            <Section title={known === undefined ? 'Where copies are to go' : 'Where copies go'}>
              <DestinationForm
                start={known === undefined ? newForm(types[0]?.type ?? 'aws', taken) : formOf(known)}
                known={known ?? null}
                types={types}
                taken={taken}
                saved={back}
                cancel={back}
              />
            </Section>
          )
        }}
      </Loaded>
    </Page>
  )
}
