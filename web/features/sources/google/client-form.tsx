import { TextInput } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { setGoogleClient } from '../../../api/operations.ts'
import type { Google } from '../../../api/types.ts'
import { useForbidden } from '../../../server/session.ts'
import { ExplainedButton } from '../../../ui/data/explained.tsx'
import { SecretInput } from '../../../ui/form/secret-input.tsx'
import { ErrorState } from '../../../ui/page/error-state.tsx'
import { Notice } from '../../../ui/state/notice.tsx'
import { googleChanged } from '../queries.ts'
import classes from './google.module.css'
import { clientWarning, readGoogleJson, whyNot } from './google-json.ts'
import { JsonDrop } from './json-drop.tsx'

/** Takes the OAuth client: its JSON, or the two values that are in it. What is saved is never shown again. */
export function ClientForm({ google, done }: { google: Google; done: () => void }) {
  const client = useQueryClient()
  const forbidden = useForbidden('admin')
  const [json, setJson] = useState('')
  const [id, setId] = useState('')
  const [secret, setSecret] = useState('')
  const found = readGoogleJson(json)
  const error = whyNot('client', found)
  const save = useMutation({
    mutationFn: () =>
      setGoogleClient({
        query: { source: google.source },
        body: found.kind === 'client' ? { client_json: json } : { client_id: id.trim(), client_secret: secret.trim() },
      }),
    onSuccess: (answer) => {
      googleChanged(client, answer)
      setJson('')
      setSecret('')
      done()
    },
  })
  const typed = id.trim() !== '' && secret.trim() !== ''
  const missing = found.kind === 'client' || typed ? null : 'Drop the JSON from Google, or write the two values.'
  const warning = clientWarning(found, google.redirect_uri)
  return (
    <div className={classes.form}>
      <JsonDrop
        label="The JSON of the OAuth client"
        description="Drop the file here, choose it, or paste what is in it."
        value={json}
        change={setJson}
        error={error}
      />
      {found.kind === 'client' && (
        <Notice tone="proven" announced>
          An OAuth client: {found.clientId}
        </Notice>
      )}
      {warning !== null && <Notice tone="mending">{warning}</Notice>}
      <details className={classes.more}>
        <summary>Write the two values instead</summary>
        <div className={classes.pair}>
          <TextInput
            label="Client ID"
            placeholder="….apps.googleusercontent.com"
            autoComplete="off"
            spellCheck={false}
            value={id}
            onChange={(event) => setId(event.currentTarget.value)}
            disabled={found.kind === 'client'}
          />
          <SecretInput
            label="Client secret"
            value={secret}
            onChange={(event) => setSecret(event.currentTarget.value)}
            disabled={found.kind === 'client'}
          />
        </div>
      </details>
      {save.error !== null && <ErrorState error={save.error} />}
      <div className={classes.buttons}>
        <ExplainedButton because={forbidden ?? missing} loading={save.isPending} onClick={() => save.mutate()}>
          Save the client
        </ExplainedButton>
      </div>
    </div>
  )
}
