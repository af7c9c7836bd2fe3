import { useEffect } from 'react'

/** The document's title: the state's mark, the page, the program. The mark is seen in a tab that is not looked at. */
let page = ''
let mark = ''

export function useTitle(title: string): void {
  useEffect(() => {
    page = title
    write()
  }, [title])
}

export function useTitleMark(sign: string): void {
  useEffect(() => {
    mark = sign
    write()
  }, [sign])
}

function write(): void {
  document.title = [mark, page === '' ? 'Drivekeep' : `${page} · Drivekeep`].filter(Boolean).join(' ')
}
