import type { Source } from '../../api/types.ts'
import { Count, Time } from '../../ui/data/amounts.tsx'
import { Fact, Facts } from '../../ui/data/facts.tsx'
import { duration, number, percent } from '../../ui/data/format.ts'
import { ButtonLink, Link } from '../../ui/page/link.tsx'
import { Section } from '../../ui/page/section.tsx'
import { OutageNotice } from '../../ui/state/outage.tsx'
import { StateBadge } from '../../ui/state/state-badge.tsx'
import { linkTo } from '../files/address.ts'
import { MassChangeNotice } from '../overview/mass-change.tsx'
import classes from './google/google.module.css'
import { standingOf } from './source-words.ts'

/** A drive that belongs to no account that is connected now. */
export function SourceCard({ source }: { source: Source }) {
  return (
    <Section title={source.name} aside={<BrowseFiles source={source} />}>
      <div className={classes.connection}>
        <SourceFigures source={source} />
      </div>
    </Section>
  )
}

/** `named`: among several drives of one account. */
export function BrowseFiles({ source, named = false }: { source: Source; named?: boolean }) {
  return (
    <ButtonLink to={linkTo({ source: source.id })} variant="default" size="compact-sm">
      {named ? `Browse ${source.name}` : 'Browse its files'}
    </ButtonLink>
  )
}

/** How one drive stands, when it was looked at, and how much of it is protected. */
export function SourceFigures({ source }: { source: Source }) {
  const { id, name, kind, account, outage, last_cycle, last_success, lag, coverage, watched_until } = source
  const { files_synced, pending, failed, skipped } = source
  const due = files_synced + pending + failed // what coverage is of
  const { tone, word, meaning } = standingOf(source)
  return (
    <>
      <p className={classes.lead}>
        <StateBadge tone={tone}>{word}</StateBadge>
        <span>{meaning}</span>
      </p>
      {outage !== null && <OutageNotice outage={outage} />}
      {source.mass_change !== null && <MassChangeNotice source={id} name={name} massChange={source.mass_change} />}
      <Facts label={`How ${name} stands`}>
        <Fact name="Type">
          {kind === 'my-drive' ? 'My Drive' : 'Shared drive'}
          {account !== name && `, read as ${account}`}
        </Fact>
        <Fact name="Protected">
          {coverage === null ? 'nothing to protect yet' : percent(coverage)}
          {due > 0 && `, ${number(files_synced)} of ${number(due)}`}
        </Fact>
        {watched_until !== null && (
          <Fact name="Watched until">
            <Time at={watched_until} />
          </Fact>
        )}
        <Fact name="Last checked">{last_cycle === null ? 'not yet' : <Time at={last_cycle} />}</Fact>
        <Fact name="Last fully protected">{last_success === null ? 'not yet' : <Time at={last_success} />}</Fact>
        <Fact name="Oldest waiting change">{lag === null ? 'nothing waits' : duration(lag)}</Fact>
        <Fact name="Waiting">
          <Link to={linkTo({ source: id, status: 'pending' })}>
            <Count value={pending} />
          </Link>
        </Fact>
        <Fact name="Failed">
          <Link to={linkTo({ source: id, status: 'failed' })}>
            <Count value={failed} />
          </Link>
        </Fact>
        <Fact name="Skipped">
          <Link to={linkTo({ source: id, status: 'skipped' })}>
            <Count value={skipped} />
          </Link>
        </Fact>
      </Facts>
    </>
  )
}
