import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useLocation } from 'wouter'
import type { Destination } from '../../api/types.ts'
import { Loaded } from '../../ui/page/loaded.tsx'
import { StateBadge } from '../../ui/state/state-badge.tsx'
import { DestinationForm } from '../destinations/destination-form.tsx'
import { standingOf } from '../destinations/destination-words.ts'
import { newForm } from '../destinations/draft.ts'
import { destinationsQuery } from '../destinations/queries.ts'
import classes from './setup.module.css'
import { WayBack, WayOn } from './way-on.tsx'

/** A bucket that is known to work. */
export function DestinationStep() {
  const query = useQuery(destinationsQuery)
  const [, navigate] = useLocation()
  const [adding, setAdding] = useState(false)
  return (
    <Loaded query={query}>
      {({ destinations, types }) => {
        const used = destinations.filter(({ settings }) => settings !== null)
        const taken = destinations.map(({ name }) => name)
        if (used.length > 0 && !adding) {
          return (
            <div className={classes.form}>
              <ul className={classes.found}>
                {used.map((destination) => (
                  <Found key={destination.name} destination={destination} />
                ))}
              </ul>
              <Button variant="default" className={classes.start} onClick={() => setAdding(true)}>
                Add another destination
              </Button>
              <WayOn step="destination" />
            </div>
          )
        }
        return (
          <div className={classes.form}>
            <p className={classes.text}>
              Copies go to a bucket at any S3-compatible storage, or to a folder on this machine. A bucket is best with
              another company, or in another building, than what it protects.
            </p>
            <DestinationForm
              start={newForm(types[0]?.type ?? 'aws', taken)}
              known={null}
              types={types}
              taken={taken}
              saved={() => navigate('/setup/start')}
              {...(used.length > 0 ? { cancel: () => setAdding(false) } : {})}
              verb="Save and continue"
            />
            <div className={classes.way}>
              <WayBack step="destination" />
            </div>
          </div>
        )
      }}
    </Loaded>
  )
}

function Found({ destination }: { destination: Destination }) {
  const { tone, word } = standingOf(destination)
  return (
    <li>
      <b>{destination.name}</b> <StateBadge tone={tone}>{word}</StateBadge>
      <span className={classes.address}>{destination.address}</span>
    </li>
  )
}
