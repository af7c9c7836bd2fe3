/** Scripts and styles come from files alone: the dashboard is built so that it writes no style elements of its own. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ')

/** The same for a page with one style element, which is known by its hash. */
export function policyWithStyle(hash: string): string {
  return POLICY.replace("style-src 'self'", `style-src '${hash}'`)
}

/** What browsers are told to refuse on our pages, whatever should ever get into them. */
export function securityHeaders({ secure, host }: { secure: boolean; host: string }): Record<string, string> {
  const headers: Record<string, string> = {
    'content-security-policy': POLICY,
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    // Not no-referrer, under which browsers send no Origin with a form.
    'referrer-policy': 'same-origin',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
  }
  // It holds for every port of a name, so not for `localhost`, where other programs answer too. Addresses have none.
  if (secure && !/^localhost(:|$)/i.test(host)) headers['strict-transport-security'] = 'max-age=31536000'
  return headers
}
