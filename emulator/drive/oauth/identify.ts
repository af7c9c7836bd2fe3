import type { IncomingHttpHeaders } from 'node:http'
import type { ApiRoute, Identity } from '../http/call.ts'
import { badToken, DriveError, forbidden } from '../http/errors.ts'
import type { QueryString } from '../listing/query-string.ts'
import { allows } from './scopes.ts'

/** Whose token this is: `missing` without any, `invalid` if it is dead. */
export type Authenticate = (bearer: string | undefined) => Identity | 'missing' | 'invalid'

/** Who calls, by header or `access_token`, if the token's scopes allow the method; otherwise throws what Google answers. */
export function identify(
  incoming: { readonly method: string; readonly headers: IncomingHttpHeaders },
  query: QueryString,
  route: ApiRoute,
  authenticate: Authenticate,
): Identity {
  const header = incoming.headers.authorization
  const bearer = header?.startsWith('Bearer ') ? header.slice(7) : query.text('access_token')
  const identity = authenticate(bearer)
  if (identity === 'invalid') throw badToken()
  if (identity === 'missing') throw noCredentials(incoming.method, route.media === true)
  if (identity.scopes && !allows(identity.scopes, route.access)) throw scopeInsufficient()
  return identity
}

function noCredentials(method: string, media: boolean): DriveError {
  if (media) return forbidden('forbidden', 'The request is missing a valid API key.')
  if (method !== 'GET') {
    return new DriveError(
      401,
      { reason: 'required', message: 'Login Required.', location: 'Authorization', locationType: 'header' },
      { status: 'UNAUTHENTICATED' },
    )
  }
  const message =
    "Method doesn't allow unregistered callers (callers without established identity). Please use API Key or other form of API consumer identity to call this API."
  return new DriveError(403, { reason: 'forbidden', message }, { status: 'PERMISSION_DENIED' })
}

function scopeInsufficient(): DriveError {
  return new DriveError(
    403,
    { reason: 'insufficientPermissions', message: 'Insufficient Permission' },
    {
      message: 'Request had insufficient authentication scopes.',
      status: 'PERMISSION_DENIED',
      details: [
        {
          '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
          reason: 'ACCESS_TOKEN_SCOPE_INSUFFICIENT',
          domain: 'googleapis.com',
          metadata: { service: 'drive.googleapis.com' },
        },
      ],
    },
  )
}
