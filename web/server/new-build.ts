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
