import { Anchor } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import type { NewToken } from '../../../api/types.ts'
import { useForbidden, useMe } from '../../../server/session.ts'
import { Entries } from '../../../ui/data/entries.tsx'
import { ExplainedButton } from '../../../ui/data/explained.tsx'
import { FormDialog } from '../../../ui/form/form-dialog.tsx'
import { EmptyState } from '../../../ui/page/empty-state.tsx'
import { Loaded, LoadingLines } from '../../../ui/page/loaded.tsx'
import { Section } from '../../../ui/page/section.tsx'
import { tokensQuery } from '../queries.ts'
import settingsClasses from '../settings.module.css'
import { NewTokenForm } from './new-token-form.tsx'
import { NewTokenShown } from './new-token-shown.tsx'
import { TokenEntry } from './token-entry.tsx'

/** What programs sign in with: the own ones, and for an admin those of everybody. */
export function Tokens() {
  const query = useQuery(tokensQuery)
  const me = useMe()
  const all = useForbidden('admin') === null
  const [making, setMaking] = useState(false)
  const [made, setMade] = useState<NewToken | null>(null)
  const list = useRef<HTMLUListElement>(null)
  const make = (
    <ExplainedButton because={null} size="sm" onClick={() => setMaking(true)}>
      Create token
    </ExplainedButton>
  )
  return (
    <>
      {made !== null && <NewTokenShown token={made} done={() => setMade(null)} />}
      <Section title="API tokens" flush aside={query.data?.tokens.length === 0 ? undefined : make}>
        <p className={settingsClasses.intro}>
          A script or a monitor signs in with a token in place of a name and a password. It may do what it was made for,
          and never more than its owner. What the API offers is on its{' '}
          <Anchor href="/api/docs" inherit underline="always">
            reference page
          </Anchor>
          .
        </p>
        <Loaded query={query} loading={<LoadingLines lines={2} height={48} />}>
          {({ tokens }) =>
            tokens.length === 0 ? (
              <EmptyState title={all ? 'There are no tokens' : 'You have no tokens'} action={make}>
                Make one for each program that is to ask for the state or to control the backup.
              </EmptyState>
            ) : (
              <Entries label="API tokens" ref={list}>
                {tokens.map((token) => (
                  <TokenEntry
                    key={token.id}
                    token={token}
                    own={token.owner === me?.name}
                    gone={() => {
                      if (token.id === made?.id) setMade(null)
                      list.current?.focus()
                    }}
                  />
                ))}
              </Entries>
            )
          }
        </Loaded>
      </Section>
      <FormDialog opened={making} close={() => setMaking(false)} title="Make an API token">
        <NewTokenForm
          close={() => setMaking(false)}
          made={(token) => {
            setMade(token)
            setMaking(false)
          }}
        />
      </FormDialog>
    </>
  )
}
