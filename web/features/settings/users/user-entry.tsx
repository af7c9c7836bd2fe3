import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { deleteUser } from '../../../api/operations.ts'
import type { User } from '../../../api/types.ts'
import { useSignedIn } from '../../../server/session.ts'
import { Time } from '../../../ui/data/amounts.tsx'
import { Day } from '../../../ui/data/day.tsx'
import { Entry } from '../../../ui/data/entries.tsx'
import { ExplainedButton } from '../../../ui/data/explained.tsx'
import { ConfirmDialog } from '../../../ui/form/confirm-dialog.tsx'
import { FormDialog } from '../../../ui/form/form-dialog.tsx'
import { Mark } from '../../../ui/state/mark.tsx'
import { tokensQuery, usersQuery } from '../queries.ts'
import { ChangeRoleForm } from './change-role-form.tsx'
import { ROLE_WORDS, whyStays } from './role-words.ts'
import { SetPasswordForm } from './set-password-form.tsx'

interface Props {
  user: User
  users: readonly User[]
  /** Whether it is the person at the screen. */
  own: boolean
  /** Called when the user has been removed, and the entry goes. */
  gone: () => void
}

export function UserEntry({ user, users, own, gone }: Props) {
  const [doing, setDoing] = useState<'role' | 'password' | 'remove' | null>(null)
  const close = () => setDoing(null)
  const { name, role, created_at, last_seen_at } = user
  const stays = whyStays(user, users)
  const button = { size: 'compact-sm', variant: 'default' } as const
  return (
    <Entry
      name={name}
      marks={
        <>
          <Mark>{ROLE_WORDS[role].name}</Mark>
          {own && <Mark>You</Mark>}
        </>
      }
      actions={
        <>
          <ExplainedButton
            {...button}
            because={stays}
            aria-label={`Change role of ${name}`}
            onClick={() => setDoing('role')}
          >
            Change role
          </ExplainedButton>
          <ExplainedButton
            {...button}
            because={own ? 'Change your own password under Account: that asks for the current one.' : null}
            aria-label={`Set password of ${name}`}
            onClick={() => setDoing('password')}
          >
            Set password
          </ExplainedButton>
          <ExplainedButton {...button} because={stays} aria-label={`Remove ${name}`} onClick={() => setDoing('remove')}>
            Remove
          </ExplainedButton>
          <FormDialog opened={doing === 'role'} close={close} title={`Change the role of ${name}`}>
            <ChangeRoleForm user={user} own={own} close={close} />
          </FormDialog>
          <FormDialog opened={doing === 'password'} close={close} title={`Set the password of ${name}`}>
            <SetPasswordForm user={user} close={close} />
          </FormDialog>
          <RemoveUser user={user} own={own} opened={doing === 'remove'} close={close} gone={gone} />
        </>
      }
    >
      <div>{ROLE_WORDS[role].may}</div>
      <div>
        Added <Day at={created_at} />,{' '}
        {last_seen_at === null ? (
          'has never signed in'
        ) : (
          <>
            last seen <Time at={last_seen_at} />
          </>
        )}
      </div>
    </Entry>
  )
}

interface RemoveProps extends Omit<Props, 'users'> {
  opened: boolean
  close: () => void
}

function RemoveUser({ user, own, opened, close, gone }: RemoveProps) {
  const client = useQueryClient()
  const signedIn = useSignedIn()
  const remove = useMutation({
    mutationFn: () => deleteUser({ path: { id: user.id } }),
    onSuccess: async () => {
      if (own) return signedIn(null)
      gone()
      void client.invalidateQueries({ queryKey: tokensQuery.queryKey })
      await client.invalidateQueries({ queryKey: usersQuery.queryKey })
    },
  })
  return (
    <ConfirmDialog
      opened={opened}
      close={() => {
        remove.reset()
        close()
      }}
      title={own ? 'Remove your own account?' : `Remove ${user.name}?`}
      verb="Remove"
      confirm={() => remove.mutate()}
      busy={remove.isPending}
      error={remove.error}
    >
      {own
        ? 'You are signed out everywhere at once and cannot sign in again. Programs that use your API tokens are refused from then on.'
        : `${user.name} is signed out everywhere at once and cannot sign in again. Programs that use API tokens of ${user.name} are refused from then on.`}{' '}
      What was done stays in the audit log. No file and no copy is touched.
    </ConfirmDialog>
  )
}
