import { useMutation, useQueryClient } from '@tanstack/react-query'
import { testDestination } from '../../api/operations.ts'
import type { Destination } from '../../api/types.ts'
import { useForbidden } from '../../server/session.ts'
import { Size, Time } from '../../ui/data/amounts.tsx'
import { ExplainedButton } from '../../ui/data/explained.tsx'
import { Fact, Facts } from '../../ui/data/facts.tsx'
import { percent, plural } from '../../ui/data/format.ts'
import { CopyIconButton } from '../../ui/form/copy.tsx'
import { ButtonLink, Link } from '../../ui/page/link.tsx'
import { Section } from '../../ui/page/section.tsx'
import { OutageNotice } from '../../ui/state/outage.tsx'
import { StateBadge } from '../../ui/state/state-badge.tsx'
import { standingOf } from './destination-words.ts'
import classes from './destinations.module.css'
import { LastErrors } from './last-errors.tsx'
import { destinationsChanged } from './queries.ts'
import { RemoveDestination } from './remove-destination.tsx'
import { TestedDestination } from './tested-destination.tsx'

/** One destination: how it stands, what is there, and its self-test. `title`: what its provider is called. */
export function DestinationCard({ destination, title }: { destination: Destination; title: string }) {
  const { name, outage, last_errors } = destination
  const { tone, word, meaning } = standingOf(destination)
  const client = useQueryClient()
  const test = useMutation({
    mutationFn: () => testDestination({ body: { name } }),
    onSettled: () => destinationsChanged(client),
  })
  return (
    <Section title={name} aside={<span className={classes.provider}>{title}</span>}>
      <div className={classes.card}>
        <p className={classes.lead}>
          <StateBadge tone={tone}>{word}</StateBadge>
          <span>{meaning}</span>
        </p>
        {outage !== null && <OutageNotice outage={outage} />}
        <Standing destination={destination} />
        <Buttons destination={destination} testing={test.isPending} run={() => test.mutate()} />
        <TestedDestination name={name} result={test.data ?? null} error={test.error} />
        {last_errors.length > 0 && <LastErrors errors={last_errors} />}
      </div>
    </Section>
  )
}

function Standing({ destination }: { destination: Destination }) {
  const { name, address, files, bytes, history_files, history_bytes, last_write, last_test, settings } = destination
  const { coverage, filling, lacking, oldest_unprotected, inventory_at } = destination
  return (
    <Facts label={`How ${name} stands`}>
      <Fact name="Present files" wide>
        {plural(files, 'file')}, <Size bytes={bytes} />
      </Fact>
      <Fact name="Older and deleted ones" wide>
        {plural(history_files, 'copy', 'copies')}, <Size bytes={history_bytes} />
      </Fact>
      {coverage !== null && (
        <Fact name="Coverage">
          {filling ? 'being worked out' : percent(coverage)}
          {lacking.files > 0 && (
            <>
              , <Link to="/files?status=pending">{plural(lacking.files, 'file')} missing</Link>
            </>
          )}
        </Fact>
      )}
      {oldest_unprotected !== null && (
        <Fact name="Waiting longest">
          <Time at={oldest_unprotected} />
        </Fact>
      )}
      <Fact name="Last write">{last_write === null ? 'not yet' : <Time at={last_write} />}</Fact>
      <Fact name="Last self-test">
        {last_test === null ? (
          'not yet'
        ) : (
          <>
            {last_test.ok ? 'passed' : 'failed'}, <Time at={last_test.at} />
          </>
        )}
      </Fact>
      {inventory_at !== null && (
        <Fact name="Last compared">
          <Time at={inventory_at} />
        </Fact>
      )}
      {address !== null && (
        <Fact name="Address" wide>
          {address} <CopyIconButton value={address} label="the address" />
        </Fact>
      )}
      {settings?.storage_class && <Fact name="Storage class">{settings.storage_class}</Fact>}
    </Facts>
  )
}

function Buttons({ destination, testing, run }: { destination: Destination; testing: boolean; run: () => void }) {
  const { name, settings } = destination
  const mayTest = useForbidden('control')
  const mayChange = useForbidden('admin')
  if (settings === null) return null
  return (
    <div className={classes.buttons}>
      <ExplainedButton variant="default" because={mayTest} loading={testing} onClick={run}>
        Self-test
      </ExplainedButton>
      {mayChange === null ? (
        <ButtonLink to={`/destinations/${name}/change`} variant="subtle">
          Change
        </ButtonLink>
      ) : (
        <ExplainedButton variant="subtle" because={mayChange} onClick={() => {}}>
          Change
        </ExplainedButton>
      )}
      <RemoveDestination destination={destination} />
    </div>
  )
}
