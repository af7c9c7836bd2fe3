import { TextInput } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { createUser } from '../../../api/operations.ts'
import { refusedField, unlessAt } from '../../../server/refused-fields.ts'
import { DialogForm } from '../../../ui/form/form-dialog.tsx'
import { NewPassword } from '../../../ui/form/new-password.tsx'
import { passwordComplaint } from '../../../ui/form/password-rule.ts'
import { usersQuery } from '../queries.ts'
import { RoleChoice } from './role-choice.tsx'
import type { Role } from './role-words.ts'

export function AddUserForm({ close }: { close: () => void }) {
  const client = useQueryClient()
  const [name, setName] = useState('')
  const [role, setRole] = useState<Role>('viewer')
  const [password, setPassword] = useState('')
  const [tried, setTried] = useState(false)
  const add = useMutation({
    mutationFn: () => createUser({ body: { name, role, password } }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: usersQuery.queryKey })
      close()
    },
  })
  const missing = {
    name: name === '' ? 'Write a name.' : null,
    password: passwordComplaint(password),
  }
  const submit = () => {
    setTried(true)
    if (missing.name === null && missing.password === null) add.mutate()
  }
  return (
    <DialogForm
      verb="Add"
      submit={submit}
      cancel={close}
      busy={add.isPending}
      error={unlessAt(add.error, 'name', 'password')}
    >
      <TextInput
        label="Name"
        description="For signing in: letters, digits and . _ @ + - such as an e-mail address."
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        required
        withAsterisk={false}
        data-autofocus
        value={name}
        onChange={(event) => {
          add.reset()
          setName(event.currentTarget.value)
        }}
        error={(tried && missing.name) || refusedField(add.error, 'name')}
      />
      <RoleChoice value={role} onChange={setRole} />
      <NewPassword
        label="Password"
        offer
        value={password}
        onChange={setPassword}
        error={(tried && missing.password) || refusedField(add.error, 'password')}
      />
    </DialogForm>
  )
}
