import { Button } from '@mantine/core'
import { useState } from 'react'
import { useLocation, useSearch } from 'wouter'
import { Notice } from '../../ui/notice.tsx'
import { cameBack, withoutReturn } from './return-from-google.ts'

/** What came of the way to Google’s page, told once: the address forgets it, so that a reload does not say it again. */
export function CameBack() {
  const [path, navigate] = useLocation()
  const query = useSearch()
  const [said, setSaid] = useState(() => cameBack(query))
  const here = cameBack(query)
  if (here !== null) {
    if (said?.message !== here.message) setSaid(here)
    queueMicrotask(() => navigate(`${path}${withoutReturn(query)}`, { replace: true }))
  }
  if (said === null) return null
  return (
    <Notice
      tone={said.ok ? 'proven' : 'act'}
      announced
      action={
        <Button size="compact-sm" variant="default" onClick={() => setSaid(null)}>
          Close
        </Button>
      }
    >
      {said.message}
    </Notice>
  )
}
