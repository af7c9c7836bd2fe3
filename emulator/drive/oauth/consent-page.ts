import { meaning } from './scopes.ts'

/** A Google account that can be chosen on the consent page. */
export type Account = { email: string; displayName: string }

export type Consent = {
  appName: string
  accounts: readonly Account[]
  /** The address that is chosen when the page opens. */
  preselected: string | undefined
  scopes: readonly string[]
  /** Where the form goes: the authorization request itself, so that it is checked again. */
  action: string
}

const STYLE = `body{font:16px/1.5 system-ui,sans-serif;background:#f0f4f9;color:#1f1f1f;margin:0;display:grid;place-items:center;min-height:100vh}
main{background:#fff;border-radius:24px;padding:36px;max-width:440px;box-sizing:border-box}h1{font-size:24px;font-weight:500;margin:0 0 16px}
fieldset{border:1px solid #c4c7c5;border-radius:12px;margin:0 0 16px}label{display:block;padding:4px 0}small{color:#5f6368}
button{font:inherit;border-radius:20px;border:1px solid #747775;padding:8px 24px;background:#fff;color:#0b57d0;cursor:pointer}
button[value=allow]{background:#0b57d0;color:#fff;border-color:#0b57d0}`

/**
 * The page on which a person chooses an account and allows or denies an app.
 *
 * It needs no script. With several scopes each has its box, because Google lets a person grant a part of what an app asks for.
 */
export function consentPage({ appName, accounts, preselected, scopes, action }: Consent): string {
  const choices = accounts.map(({ email, displayName }, index) => {
    const checked = email === preselected || (preselected === undefined && index === 0) ? ' checked' : ''
    return `<label><input type="radio" name="account" value="${escaped(email)}" required${checked}> ${escaped(displayName)} <small>${escaped(email)}</small></label>`
  })
  const asks = scopes.map((scope) =>
    scopes.length === 1
      ? `<input type="hidden" name="scope" value="${escaped(scope)}"><p>${escaped(meaning(scope))}</p>`
      : `<label><input type="checkbox" name="scope" value="${escaped(scope)}" checked> ${escaped(meaning(scope))}</label>`,
  )
  return page(
    'Sign in with Google',
    `<h1>${escaped(appName)} wants access to your Google Account</h1>
<form method="post" action="${escaped(action)}">
<fieldset><legend>Choose an account</legend>${choices.join('\n')}</fieldset>
<fieldset><legend>This will allow ${escaped(appName)} to</legend>${asks.join('\n')}</fieldset>
<button type="submit" name="decision" value="deny" formnovalidate>Deny</button>
<button type="submit" name="decision" value="allow">Allow</button>
</form>`,
  )
}

/** What a person sees when the app's request is wrong; there is then no safe address to send them back to. */
export function blockedPage(status: number, code: string, explanation: string): string {
  return page(
    'Access blocked',
    `<h1>Access blocked: this app’s request is invalid</h1><p>${escaped(explanation)}</p><p>Error ${status}: ${escaped(code)}</p>`,
  )
}

function page(title: string, body: string): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${title}</title><style>${STYLE}</style></head><body><main>${body}</main></body></html>\n`
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}
