import { useEffect } from 'react'
import { useLocation } from 'wouter'
import { meaningOf } from './keys.ts'

const OFF = 'keys-off'
const TYPING = 'input, textarea, select, [contenteditable=true], [role=menu], [role=dialog]'

/** Keys of one letter can be turned off: who steers by voice presses them without wanting to. */
export const keysAreOn = () => localStorage.getItem(OFF) === null
export function turnKeys(on: boolean): void {
  if (on) localStorage.removeItem(OFF)
  else localStorage.setItem(OFF, '1')
}

export function useKeys(showHelp: () => void): void {
  const [, navigate] = useLocation()
  useEffect(() => {
    let afterG = false
    const press = (event: KeyboardEvent) => {
      if (!keysAreOn()) return
      const typing = event.target instanceof Element && event.target.closest(TYPING) !== null
      const modified = event.ctrlKey || event.metaKey || event.altKey
      const meaning = meaningOf({ key: event.key, modified, typing }, afterG)
      afterG = meaning?.do === 'wait'
      if (meaning === null) return
      event.preventDefault()
      if (meaning.do === 'help') showHelp()
      else if (meaning.do === 'go') navigate(meaning.path)
      else if (meaning.do === 'search' && !focusSearch()) {
        navigate('/files')
        focusWhenThere()
      }
    }
    document.addEventListener('keydown', press)
    return () => document.removeEventListener('keydown', press)
  }, [navigate, showHelp])
}

function focusSearch(): boolean {
  const search = document.querySelector<HTMLInputElement>('main input[type=search]')
  search?.focus()
  search?.select()
  return search !== null
}

/** The page with the search box may have to be loaded first. */
function focusWhenThere(): void {
  const observer = new MutationObserver(() => focusSearch() && observer.disconnect())
  observer.observe(document.body, { childList: true, subtree: true })
  setTimeout(() => observer.disconnect(), 5_000)
}
