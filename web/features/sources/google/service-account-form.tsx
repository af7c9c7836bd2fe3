import { TextInput } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { setServiceAccount } from '../../../api/operations.ts'
import type { Google } from '../../../api/types.ts'
import { useForbidden } from '../../../server/session.ts'
import { ExplainedButton } from '../../../ui/data/explained.tsx'
import { CopyField } from '../../../ui/form/copy.tsx'
import { ErrorState } from '../../../ui/page/error-state.tsx'
import { Notice } from '../../../ui/state/notice.tsx'
import { googleChanged } from '../queries.ts'
import classes from './google.module.css'
import { readGoogleJson, whyNot } from './google-json.ts'
import { JsonDrop } from './json-drop.tsx'

/** Takes a service account’s key and the user whose drive it reads. */
export function ServiceAccountForm({ google, done }: { google: Google; done: () => void }) {
  const client = useQueryClient()
  const forbidden = useForbidden('admin')
  const [json, setJson] = useState('')
  const [user, setUser] = useState('')
  const found = readGoogleJson(json)
  const save = useMutation({
    mutationFn: () =>
      setServiceAccount({
        query: { source: google.source },
        body: { key_json: json, impersonate: user.trim() === '' ? null : user.trim() },
      }),
    onSuccess: (answer) => {
      googleChanged(client, answer)
      setJson('')
      done()
    },
  })
  const strange = user.trim() !== '' && !/^[^\s@]+@[^\s@]+$/.test(user.trim())
  const missing =
    found.kind !== 'service-account' ? 'Drop the key’s JSON first.' : strange ? 'Write an e-mail address.' : null
  return (
    <div className={classes.form}>
      <JsonDrop
        label="The JSON key of the service account"
        description="Drop the file here, choose it, or paste what is in it."
        value={json}
        change={setJson}
        error={whyNot('service-account', found)}
      />
      {found.kind === 'service-account' && (
        <Notice tone="proven" announced>
          <p>A service account: {found.email}</p>
          {found.clientId !== '' && (
            <p>
              Its client ID, for the domain-wide delegation: <CopyField value={found.clientId} label="the client ID" />
            </p>
          )}
        </Notice>
      )}
      <TextInput
        label="Whose drive it reads"
        description="A user of your domain, by e-mail address. Left empty, the service account reads only what has been shared with itself."
        placeholder="ana@example.com"
        type="email"
        autoComplete="off"
        value={user}
        onChange={(event) => setUser(event.currentTarget.value)}
        error={strange ? 'This is not an e-mail address.' : undefined}
      />
      {google.connected && google.account !== null && google.account !== user.trim() && (
        <Notice tone="mending">
          You have backed up {google.account} until now. Once the key is saved, that drive is no longer watched; its
          copies stay. To back up both, add another account under Sources.
        </Notice>
      )}
      {save.error !== null && <ErrorState error={save.error} />}
      <div className={classes.buttons}>
        <ExplainedButton because={forbidden ?? missing} loading={save.isPending} onClick={() => save.mutate()}>
          Save the key
        </ExplainedButton>
      </div>
    </div>
  )
}
