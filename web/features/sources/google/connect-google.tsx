import { useMutation } from '@tanstack/react-query'
import { connectGoogle } from '../../../api/operations.ts'
import type { Google } from '../../../api/types.ts'
import { useForbidden } from '../../../server/session.ts'
import { ExplainedButton } from '../../../ui/data/explained.tsx'
import { ErrorState } from '../../../ui/page/error-state.tsx'
import { redirectComplaint } from './google-json.ts'

interface Props {
  google: Google
  /** The page to come back to. */
  returnTo: string
  variant?: 'filled' | 'default'
}

/** Sends the browser to Google’s own page, where somebody signs in and allows reading; it comes back to `returnTo`. */
export function ConnectGoogle({ google, returnTo, variant = 'filled' }: Props) {
  const forbidden = useForbidden('admin')
  const connect = useMutation({
    mutationFn: () => connectGoogle({ query: { source: google.source }, body: { return_to: returnTo } }),
    onSuccess: ({ url }) => window.location.assign(url),
  })
  const because = forbidden ?? whyNot(google)
  return (
    <>
      <ExplainedButton
        variant={variant}
        because={because}
        // The browser is on its way, and the button must not be pressed twice.
        loading={connect.isPending || connect.isSuccess}
        onClick={() => connect.mutate()}
      >
        {google.connected && google.method === 'oauth' ? 'Connect again' : 'Connect to Google'}
      </ExplainedButton>
      {connect.error !== null && <ErrorState error={connect.error} />}
    </>
  )
}

function whyNot({ client, redirect_uri }: Google): string | null {
  if (client === null) return 'Give Drivekeep an OAuth client of your Google Cloud project first.'
  return redirectComplaint(redirect_uri)
}
