import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { changeUser } from '../../../api/operations.ts'
import type { User } from '../../../api/types.ts'
import { sessionQuery } from '../../../server/session.ts'
import { DialogForm } from '../../../ui/form/form-dialog.tsx'
import { Notice } from '../../../ui/state/notice.tsx'
import { tokensQuery, usersQuery } from '../queries.ts'
import { RoleChoice } from './role-choice.tsx'

interface Props {
  user: User
  /** Whether it is the person at the screen. */
  own: boolean
  close: () => void
}

export function ChangeRoleForm({ user, own, close }: Props) {
  const client = useQueryClient()
  const [role, setRole] = useState(user.role)
  const change = useMutation({
    mutationFn: () => changeUser({ path: { id: user.id }, body: { role } }),
    onSuccess: async () => {
      for (const { queryKey } of [tokensQuery, ...(own ? [sessionQuery] : [])]) {
        void client.invalidateQueries({ queryKey })
      }
      await client.invalidateQueries({ queryKey: usersQuery.queryKey })
      close()
    },
  })
  const submit = () => (role === user.role ? close() : change.mutate())
  return (
    <DialogForm verb="Change role" submit={submit} cancel={close} busy={change.isPending} error={change.error}>
      <RoleChoice value={role} onChange={setRole} />
      <Notice tone="idle">
        {own
          ? 'You stay signed in here with the new role, and are signed out everywhere else. '
          : `${user.name} is signed out everywhere and signs in again with the new role. `}
        API tokens go on, with no more rights than the role has.
      </Notice>
    </DialogForm>
  )
}
