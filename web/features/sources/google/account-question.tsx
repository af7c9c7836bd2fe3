import { Button } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { addPendingAccount, cancelPendingAccount, replacePendingAccount } from '../../../api/operations.ts'
import type { PendingAccount } from '../../../api/types.ts'
import { plural } from '../../../ui/data/format.ts'
import { ErrorState } from '../../../ui/page/error-state.tsx'
import { Notice } from '../../../ui/state/notice.tsx'
import { googleChanged, pendingAccountQuery } from '../queries.ts'
import classes from './google.module.css'

type Answer = 'add' | 'replace' | 'cancel'

/** Asks what becomes of the account that was backed up, when another one has signed in. Nothing changes before. */
export function AccountQuestion() {
  const pending = useQuery(pendingAccountQuery).data?.pending ?? null
  const [done, setDone] = useState<string | null>(null)
  if (pending !== null) return <Question key={pending.id} pending={pending} done={setDone} />
  if (done === null) return null
  const close = (
    <Button size="compact-sm" variant="default" onClick={() => setDone(null)}>
      Close
    </Button>
  )
  return (
    <Notice tone="proven" announced action={close}>
      {done}
    </Notice>
  )
}

function Question({ pending, done }: { pending: PendingAccount; done: (words: string) => void }) {
  const client = useQueryClient()
  const { id, account, account_before: before, copies } = pending
  const answer = useMutation({
    mutationFn: async (how: Answer) => {
      const input = { path: { id } }
      if (how === 'cancel') await cancelPendingAccount(input)
      else if (how === 'add') await addPendingAccount(input)
      else await replacePendingAccount(input)
      return how
    },
    onSuccess: (how) => {
      done(outcome(how, account, before))
      client.setQueryData(pendingAccountQuery.queryKey, { pending: null })
      googleChanged(client)
    },
  })
  const button = (how: Answer, label: string, variant: 'filled' | 'default') => (
    <Button
      variant={variant}
      loading={answer.isPending && answer.variables === how}
      disabled={answer.isPending && answer.variables !== how}
      onClick={() => answer.mutate(how)}
    >
      {label}
    </Button>
  )
  return (
    <Notice tone="mending" announced>
      <div className={classes.form}>
        <p className={classes.text}>
          <b>
            You backed up {before} until now. Back up {account} as well, or instead?
          </b>
        </p>
        <p className={classes.text}>
          Instead: the drive of {before} is no longer watched; its {plural(copies, 'copy', 'copies')}{' '}
          {copies === 1 ? 'stays' : 'stay'}.
        </p>
        {answer.error !== null && <ErrorState error={answer.error} />}
        <div className={classes.buttons}>
          {button('add', 'Add', 'filled')}
          {button('replace', 'Replace', 'default')}
          {button('cancel', 'Cancel', 'default')}
        </div>
      </div>
    </Notice>
  )
}

function outcome(how: Answer, account: string, before: string): string {
  switch (how) {
    case 'add':
      return `${account} is backed up as well.`
    case 'replace':
      return `${account} is backed up instead of ${before}. The copies of ${before} stay.`
    case 'cancel':
      return `Nothing was changed: ${before} is backed up as before.`
  }
}
