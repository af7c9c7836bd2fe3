/**
 * Whether the server has another build of the dashboard than this page is of. Its start page then names another script.
 * Where it cannot be asked, nothing is said.
 */
export async function isOutdated(): Promise<boolean> {
  const own = document.querySelector<HTMLScriptElement>('script[type=module][src]')?.getAttribute('src')
  if (own === undefined || own === null) return false
  try {
    const response = await fetch('/', { headers: { accept: 'text/html' }, cache: 'no-store' })
    return response.ok && !(await response.text()).includes(`"${own}"`)
  } catch {
    return false
  }
}

/** A part of the page that is not there any more belongs to an older build: the page begins anew, but only once. */
export function reloadWhenPartsAreGone(): void {
  window.addEventListener('vite:preloadError', (event) => {
    const last = Number(sessionStorage.getItem('reloaded') ?? 0)
    if (Date.now() - last < 60_000) return
    event.preventDefault()
    sessionStorage.setItem('reloaded', String(Date.now()))
    location.reload()
  })
}
