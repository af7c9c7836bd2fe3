import { Checkbox, NativeSelect, Stack, TextInput } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { createToken } from '../../../api/operations.ts'
import type { NewToken } from '../../../api/types.ts'
import { refusedField, unlessAt } from '../../../server/refused-fields.ts'
import { useMe } from '../../../server/session.ts'
import { DialogForm } from '../../../ui/form/form-dialog.tsx'
import { tokensQuery } from '../queries.ts'
import { daysOf, EXPIRIES, SCOPE_WORDS, SCOPES } from './token-words.ts'

interface Props {
  close: () => void
  made: (token: NewToken) => void
}

export function NewTokenForm({ close, made }: Props) {
  const client = useQueryClient()
  const me = useMe()
  const [name, setName] = useState('')
  const [scopes, setScopes] = useState<string[]>(['read'])
  const [expiry, setExpiry] = useState('90')
  const [tried, setTried] = useState(false)
  const chosen = SCOPES.filter((scope) => scopes.includes(scope))
  const make = useMutation({
    mutationFn: () => createToken({ body: { name: name.trim(), scopes: chosen, expires_in_days: daysOf(expiry) } }),
    onSuccess: (token) => {
      void client.invalidateQueries({ queryKey: tokensQuery.queryKey })
      made(token)
    },
  })
  const noName = name.trim() === '' ? 'Write what the token is for.' : null
  const noScope = chosen.length === 0 ? 'Choose what it may do.' : null
  const submit = () => {
    setTried(true)
    if (noName === null && noScope === null) make.mutate()
  }
  return (
    <DialogForm verb="Make" submit={submit} cancel={close} busy={make.isPending} error={unlessAt(make.error, 'name')}>
      <TextInput
        label="Name"
        description="What it is for, so that you know later which one to revoke."
        placeholder="Grafana"
        autoComplete="off"
        maxLength={100}
        required
        withAsterisk={false}
        data-autofocus
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        error={(tried && noName) || refusedField(make.error, 'name')}
      />
      <Checkbox.Group label="It may" value={scopes} onChange={setScopes} error={tried && noScope}>
        <Stack gap="xs" mt="xs" mb={4}>
          {SCOPES.map((scope) => {
            const beyond = me !== null && !me.scopes.includes(scope)
            const { name: title, may } = SCOPE_WORDS[scope]
            return (
              <Checkbox
                key={scope}
                value={scope}
                label={title}
                description={beyond ? `${may} Not possible: you have not got this right as a ${me.role}.` : may}
                disabled={beyond}
              />
            )
          })}
        </Stack>
      </Checkbox.Group>
      <NativeSelect
        label="Expires"
        description="An expired token is refused; whoever needs it makes another."
        value={expiry}
        onChange={(event) => setExpiry(event.currentTarget.value)}
        data={EXPIRIES.map(({ value, label }) => ({ value, label: value === 'never' ? label : `In ${label}` }))}
      />
    </DialogForm>
  )
}
