import { Kbd, TextInput } from '@mantine/core'
import { useEffect, useRef, useState } from 'react'

/** So long after the last key the search begins by itself. */
const PAUSE = 300

/** Searches names and paths; a file's id in Drive finds that file. `/` leads here from everywhere. */
export function SearchBox({ text, search }: { text: string; search: (text: string) => void }) {
  const [typed, setTyped] = useState(text)
  const asked = useRef(text)
  useEffect(() => {
    // The address has changed by something else than this box: a link, or the way back.
    if (text !== asked.current) setTyped(text)
    asked.current = text
  }, [text])
  const latest = useRef(search)
  latest.current = search
  useEffect(() => {
    if (typed.trim() === asked.current) return
    const timer = setTimeout(() => {
      asked.current = typed.trim()
      latest.current(typed)
    }, PAUSE)
    return () => clearTimeout(timer)
  }, [typed])
  return (
    <search>
      <TextInput
        type="search"
        aria-label="Search files"
        placeholder="Search by name or path"
        maxLength={500}
        value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter') {
            asked.current = typed.trim()
            search(typed)
          }
          if (event.key === 'Escape' && typed === '') event.currentTarget.blur()
        }}
        rightSection={typed === '' ? <Kbd aria-hidden="true">/</Kbd> : undefined}
        rightSectionPointerEvents="none"
      />
    </search>
  )
}
