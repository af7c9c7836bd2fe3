import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import { endSession, signOutEverywhere } from '../../api/operations.ts'
import type { Session } from '../../api/types.ts'
import { useSignedIn } from '../../server/session.ts'
import { Time } from '../../ui/data/amounts.tsx'
import { Day } from '../../ui/data/day.tsx'
import { Entries, Entry } from '../../ui/data/entries.tsx'
import { ExplainedButton } from '../../ui/data/explained.tsx'
import { ConfirmDialog } from '../../ui/form/confirm-dialog.tsx'
import { ErrorState } from '../../ui/page/error-state.tsx'
import { Loaded, LoadingLines } from '../../ui/page/loaded.tsx'
import { Section } from '../../ui/page/section.tsx'
import { Mark } from '../../ui/state/mark.tsx'
import classes from './account.module.css'
import { deviceOf } from './device.ts'
import { sessionsQuery } from './queries.ts'

/** Where this account is signed in. */
export function Sessions() {
  const query = useQuery(sessionsQuery)
  const list = useRef<HTMLUListElement>(null)
  const loading = (
    <div className={classes.inset}>
      <LoadingLines lines={2} height={48} />
    </div>
  )
  return (
    <Section title="Where you are signed in" flush aside={<SignOutEverywhere count={query.data?.sessions.length} />}>
      <Loaded query={query} loading={loading}>
        {({ sessions }) => (
          <Entries label="Sessions" ref={list}>
            {sessions.map((session) => (
              <SessionEntry key={session.id} session={session} gone={() => list.current?.focus()} />
            ))}
          </Entries>
        )}
      </Loaded>
    </Section>
  )
}

function SessionEntry({ session, gone }: { session: Session; gone: () => void }) {
  const client = useQueryClient()
  const { id, current, address, user_agent, created_at, last_seen_at, expires_at } = session
  const device = deviceOf(user_agent)
  const end = useMutation({
    mutationFn: () => endSession({ path: { id } }),
    onSuccess: async () => {
      gone()
      await client.invalidateQueries({ queryKey: sessionsQuery.queryKey })
    },
  })
  return (
    <Entry
      name={<span title={user_agent}>{device}</span>}
      marks={current && <Mark>This one</Mark>}
      actions={
        !current && (
          <ExplainedButton
            size="compact-sm"
            variant="default"
            because={null}
            aria-label={`Sign out ${device} at ${address}`}
            loading={end.isPending}
            onClick={() => end.mutate()}
          >
            Sign out
          </ExplainedButton>
        )
      }
    >
      <div>
        From {address},{' '}
        {current ? (
          'in use now'
        ) : (
          <>
            last used <Time at={last_seen_at} />
          </>
        )}
      </div>
      <div>
        Ends on <Day at={expires_at} /> at the latest, signed in <Time at={created_at} />
      </div>
      {end.error !== null && <ErrorState error={end.error} />}
    </Entry>
  )
}

function SignOutEverywhere({ count }: { count: number | undefined }) {
  const signedIn = useSignedIn()
  const [asking, setAsking] = useState(false)
  const leave = useMutation({ mutationFn: () => signOutEverywhere(), onSuccess: () => signedIn(null) })
  return (
    <>
      <ExplainedButton because={null} size="sm" variant="default" onClick={() => setAsking(true)}>
        Log out everywhere
      </ExplainedButton>
      <ConfirmDialog
        opened={asking}
        close={() => {
          leave.reset()
          setAsking(false)
        }}
        title="Log out everywhere?"
        verb="Log out everywhere"
        confirm={() => leave.mutate()}
        busy={leave.isPending}
        error={leave.error}
      >
        {count !== undefined && count > 1
          ? `All ${count} sessions of yours end at once, this one too. `
          : 'Your session ends at once: this is the only one. '}
        You can sign in again with your password. API tokens go on; revoke them under Settings if they are in wrong
        hands.
      </ConfirmDialog>
    </>
  )
}
