import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { changeUser } from '../../../api/operations.ts'
import type { User } from '../../../api/types.ts'
import { refusedField, unlessAt } from '../../../server/refused-fields.ts'
import { DialogForm } from '../../../ui/form/form-dialog.tsx'
import { NewPassword } from '../../../ui/form/new-password.tsx'
import { passwordComplaint } from '../../../ui/form/password-rule.ts'
import { Notice } from '../../../ui/state/notice.tsx'

export function SetPasswordForm({ user, close }: { user: User; close: () => void }) {
  const [password, setPassword] = useState('')
  const [tried, setTried] = useState(false)
  const set = useMutation({
    mutationFn: () => changeUser({ path: { id: user.id }, body: { password } }),
    onSuccess: close,
  })
  const complaint = passwordComplaint(password)
  const submit = () => {
    setTried(true)
    if (complaint === null) set.mutate()
  }
  return (
    <DialogForm
      verb="Set password"
      submit={submit}
      cancel={close}
      busy={set.isPending}
      error={unlessAt(set.error, 'password')}
    >
      <NewPassword
        label="New password"
        offer
        value={password}
        onChange={setPassword}
        error={(tried && complaint) || refusedField(set.error, 'password')}
      />
      <Notice tone="idle">
        {user.name} is signed out everywhere and signs in again with this password. Tell it by a safe way: it is not
        shown again.
      </Notice>
    </DialogForm>
  )
}
