import { Button, PasswordInput } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { changePassword } from '../../api/operations.ts'
import { refusedField, unlessAt } from '../../server/refused-fields.ts'
import { NewPassword } from '../../ui/form/new-password.tsx'
import { passwordComplaint } from '../../ui/form/password-rule.ts'
import { ErrorState } from '../../ui/page/error-state.tsx'
import { Notice } from '../../ui/state/notice.tsx'
import classes from './account.module.css'
import { sessionsQuery } from './queries.ts'

/** `name`: for password managers, which must know whose password this is. */
export function PasswordForm({ name }: { name: string }) {
  const client = useQueryClient()
  const [current, setCurrent] = useState('')
  const [password, setPassword] = useState('')
  const [tried, setTried] = useState(false)
  const change = useMutation({
    mutationFn: () => changePassword({ body: { current, password } }),
    onSuccess: () => {
      setCurrent('')
      setPassword('')
      setTried(false)
      void client.invalidateQueries({ queryKey: sessionsQuery.queryKey })
    },
  })
  const noCurrent = current === '' ? 'Write the current password.' : null
  const complaint = passwordComplaint(password)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    setTried(true)
    if (noCurrent === null && complaint === null) change.mutate()
  }
  const error = unlessAt(change.error, 'current', 'password')
  return (
    <form className={classes.form} onSubmit={submit} noValidate>
      <input type="text" name="username" autoComplete="username" value={name} readOnly hidden />
      <PasswordInput
        label="Current password"
        autoComplete="current-password"
        required
        withAsterisk={false}
        value={current}
        visibilityToggleButtonProps={{ 'aria-label': 'Show the current password', tabIndex: 0 }}
        onChange={(event) => {
          change.reset()
          setCurrent(event.currentTarget.value)
        }}
        error={(tried && noCurrent) || refusedField(change.error, 'current')}
      />
      <NewPassword
        label="New password"
        value={password}
        onChange={setPassword}
        error={(tried && complaint) || refusedField(change.error, 'password')}
      />
      {error !== null && <ErrorState error={error} />}
      {change.isSuccess && current === '' && (
        <Notice tone="proven" announced>
          The password is changed. You are signed out everywhere but here.
        </Notice>
      )}
      <Button type="submit" loading={change.isPending}>
        Change password
      </Button>
    </form>
  )
}
