/** Google's error answers: the shape, and the errors that more than one route gives. */

export interface ErrorDetail {
  reason: string
  message: string
  domain?: 'global' | 'usageLimits'
  location?: string
  locationType?: 'parameter' | 'header'
}

/** Thrown by handlers; the server turns it into Google's body. */
export class DriveError extends Error {
  readonly code: number
  readonly detail: ErrorDetail
  readonly status: string | undefined
  readonly details: unknown[] | undefined
  /** Extra response headers, for example `Retry-After`. */
  readonly headers: Record<string, string>

  constructor(
    code: number,
    detail: ErrorDetail,
    extra: { message?: string; status?: string; details?: unknown[]; headers?: Record<string, string> } = {},
  ) {
    super(extra.message ?? detail.message)
    this.code = code
    this.detail = detail
    this.status = extra.status
    this.details = extra.details
    this.headers = extra.headers ?? {}
  }

  /** The keys in the order Google sends them. */
  body(): object {
    const { message, domain = 'global', reason, location, locationType } = this.detail
    const entry = {
      message,
      domain,
      reason,
      ...(location !== undefined && { location, locationType: locationType ?? 'parameter' }),
    }
    return {
      error: {
        code: this.code,
        message: this.message,
        errors: [entry],
        ...(this.status !== undefined && { status: this.status }),
        ...(this.details !== undefined && { details: this.details }),
      },
    }
  }
}

export function notFound(id: string): DriveError {
  return new DriveError(404, { reason: 'notFound', message: `File not found: ${id}.`, location: 'fileId' })
}

export function invalid(location: string, message = 'Invalid Value'): DriveError {
  return new DriveError(400, { reason: 'invalid', message, location })
}

export function invalidParameter(location: string, message: string): DriveError {
  return new DriveError(400, { reason: 'invalidParameter', message, location })
}

export function required(location: string, message = `Required parameter: ${location}`): DriveError {
  return new DriveError(400, { reason: 'required', message, location })
}

export function badRequest(message: string, location?: string): DriveError {
  return new DriveError(400, { reason: 'badRequest', message, ...(location !== undefined && { location }) })
}

export function forbidden(reason: string, message: string, location?: string): DriveError {
  return new DriveError(403, { reason, message, ...(location !== undefined && { location }) })
}

export function insufficientFilePermissions(): DriveError {
  return forbidden('insufficientFilePermissions', 'The user does not have sufficient permissions for this file.')
}

/** A bearer that is unknown, expired or revoked. */
export function badToken(): DriveError {
  return new DriveError(
    401,
    { reason: 'authError', message: 'Invalid Credentials', location: 'Authorization', locationType: 'header' },
    {
      message:
        'Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid authentication credential. See https://developers.google.com/identity/sign-in/web/devconsole-project.',
      status: 'UNAUTHENTICATED',
    },
  )
}

/** A value that does not have the type of its parameter; `name` in Google's snake case. */
export function badType(name: string, type: 'TYPE_BOOL' | 'TYPE_INT32', value: string): DriveError {
  const description = `Invalid value at '${name}' (${type}), "${value}"`
  return new DriveError(
    400,
    { reason: 'invalid', message: description },
    {
      status: 'INVALID_ARGUMENT',
      details: [
        { '@type': 'type.googleapis.com/google.rpc.BadRequest', fieldViolations: [{ field: name, description }] },
      ],
    },
  )
}
