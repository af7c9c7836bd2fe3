import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { deleteToken } from '../../../api/operations.ts'
import type { Token } from '../../../api/types.ts'
import { Time } from '../../../ui/data/amounts.tsx'
import { Day } from '../../../ui/data/day.tsx'
import { Entry } from '../../../ui/data/entries.tsx'
import { ExplainedButton } from '../../../ui/data/explained.tsx'
import { useNow } from '../../../ui/data/now.ts'
import { ConfirmDialog } from '../../../ui/form/confirm-dialog.tsx'
import { Mark } from '../../../ui/state/mark.tsx'
import { tokensQuery } from '../queries.ts'
import { expiryOf, scopesInWords } from './token-words.ts'
import classes from './tokens.module.css'

interface Props {
  token: Token
  own: boolean
  /** Called when the token has been revoked, and the entry goes. */
  gone: () => void
}

export function TokenEntry({ token, own, gone }: Props) {
  const [asking, setAsking] = useState(false)
  const expiry = expiryOf(token, useNow())
  const verb = expiry === 'over' ? 'Remove' : 'Revoke'
  return (
    <Entry
      name={token.name}
      marks={
        <>
          <code className={classes.hint}>{token.hint}…</code>
          {!own && <Mark>{`Of ${token.owner}`}</Mark>}
          {expiry === 'over' && <Mark>Expired</Mark>}
        </>
      }
      actions={
        <>
          <ExplainedButton
            size="compact-sm"
            variant="default"
            because={null}
            aria-label={`${verb} the token ${token.name}`}
            onClick={() => setAsking(true)}
          >
            {verb}
          </ExplainedButton>
          <RevokeToken token={token} verb={verb} opened={asking} close={() => setAsking(false)} gone={gone} />
        </>
      }
    >
      <div>
        {scopesInWords(token.scopes)}
        {', '}
        <Expiry token={token} expiry={expiry} />
      </div>
      <div>
        Made <Day at={token.created_at} />,{' '}
        {token.last_used_at === null ? (
          'never used'
        ) : (
          <>
            last used <Time at={token.last_used_at} />
          </>
        )}
      </div>
    </Entry>
  )
}

function Expiry({ token, expiry }: { token: Token; expiry: ReturnType<typeof expiryOf> }) {
  if (token.expires_at === null) return 'never expires'
  return (
    <span className={expiry === 'soon' ? classes.soon : undefined}>
      {expiry === 'over' ? 'expired ' : 'expires '}
      <Time at={token.expires_at} />
    </span>
  )
}

interface RevokeProps extends Omit<Props, 'own'> {
  verb: string
  opened: boolean
  close: () => void
}

function RevokeToken({ token, verb, opened, close, gone }: RevokeProps) {
  const client = useQueryClient()
  const revoke = useMutation({
    mutationFn: () => deleteToken({ path: { id: token.id } }),
    onSuccess: async () => {
      gone()
      await client.invalidateQueries({ queryKey: tokensQuery.queryKey })
    },
  })
  return (
    <ConfirmDialog
      opened={opened}
      close={() => {
        revoke.reset()
        close()
      }}
      title={`${verb} the token “${token.name}”?`}
      verb={verb}
      confirm={() => revoke.mutate()}
      busy={revoke.isPending}
      error={revoke.error}
    >
      {verb === 'Revoke'
        ? 'Programs that use it are refused from now on. It cannot be brought back: make another one where it is still needed.'
        : 'It has expired and opens nothing any more; it only goes from this list.'}
    </ConfirmDialog>
  )
}
