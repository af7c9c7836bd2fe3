import { memo, useRef } from 'react'
import type { Status, Transfer } from '../../api/types.ts'
import { Time } from '../../ui/data/amounts.tsx'
import { bytes, nameAndFolder, number, plural } from '../../ui/data/format.ts'
import { PathName } from '../../ui/data/path-name.tsx'
import { EmptyState } from '../../ui/page/empty-state.tsx'
import { Fresh } from '../../ui/page/fresh.tsx'
import { Section } from '../../ui/page/section.tsx'
import { type Lanes, lanes, share } from './charts/lanes.ts'
import classes from './under-way.module.css'

const PLACES = 5

/** What is being stored at this moment, each file in a place of its own. */
export function UnderWay({ status }: { status: Status }) {
  const { transfers, in_flight: inFlight, bytes_per_second: rate, files_per_second: files, quota } = status.progress
  const before = useRef<Lanes>([])
  const shown = lanes(before.current, transfers, PLACES)
  before.current = shown
  const more = inFlight - shown.filter((one) => one !== null).length
  return (
    <Section title="In progress">
      <p className={classes.rates} data-live>
        <span>{inFlight === 0 ? 'Idle' : `${bytes(rate)}/s · ${number(files, files < 10 ? 1 : 0)} files/s`}</span>
        <Quota used={quota.units_per_minute} limit={quota.limit_per_minute} />
      </p>
      <div className={classes.places} data-live>
        {inFlight === 0 ? (
          <EmptyState title="Nothing to copy right now">Files appear here while they are stored.</EmptyState>
        ) : (
          <ul className={classes.list}>
            {shown.map((one, place) => (
              <Place key={PLACE_NAMES[place]} transfer={one} />
            ))}
          </ul>
        )}
      </div>
      <p className={classes.footer} data-live>
        {more > 0 && `and ${plural(more, 'more file')}`}
        {inFlight === 0 && status.last_success !== null && (
          <>
            Everything was up to date <Time at={status.last_success} end="." />
          </>
        )}
      </p>
    </Section>
  )
}

const PLACE_NAMES = Array.from({ length: PLACES }, (_, place) => `place ${place}`)

const Place = memo(function Place({ transfer }: { transfer: Transfer | null }) {
  if (transfer === null) return <li className={classes.place} aria-hidden="true" />
  const { name } = nameAndFolder(transfer.path)
  const part = share(transfer)
  return (
    <li className={classes.place}>
      <PathName key={transfer.file} path={transfer.path} file={transfer.file} />
      <span className={classes.amount}>
        <Fresh>
          {transfer.size === null ? bytes(transfer.bytes) : `${bytes(transfer.bytes)} of ${bytes(transfer.size)}`}
        </Fresh>
      </span>
      {/* A file whose size nobody knows yet has a bar without a value, which is what that means. */}
      <progress
        className={classes.bar}
        aria-label={`Progress of ${name}`}
        max={1}
        {...(part === null ? {} : { value: part })}
      />
    </li>
  )
})

function Quota({ used, limit }: { used: number; limit: number | null }) {
  const text =
    limit === null ? `${number(used)} quota units a minute` : `${number(used)} of ${number(limit)} quota units a minute`
  const title =
    limit === null
      ? 'What Google counts of our calls; no limit has been met.'
      : 'What Google counts of our calls, and how many are believed to be allowed.'
  return (
    <span className={classes.quota} title={title}>
      {limit !== null && (
        <meter
          className={classes.meter}
          aria-label="Google’s quota"
          min={0}
          max={limit}
          value={Math.min(used, limit)}
        />
      )}
      {text}
    </span>
  )
}
