import { Button } from '@mantine/core'
import { useState } from 'react'
import { Notice } from '../../../ui/state/notice.tsx'
import { cameBack, withoutReturn } from './return-from-google.ts'

/**
 * What Google answered, read once from the address that the browser came back to: coming back always loads the page anew,
 * and with it this module. It is kept outside of React, so that no render that is thrown away takes it along.
 */
let said = cameBack(window.location.search)
if (said !== null) {
  // So that a reload does not say it again.
  const { pathname, search, hash } = window.location
  window.history.replaceState(window.history.state, '', `${pathname}${withoutReturn(search)}${hash}`)
}

/** How the way to Google’s page ended, shown until it is closed. */
export function CameBack() {
  const [shown, setShown] = useState(said)
  if (shown === null) return null
  const close = () => {
    said = null
    setShown(null)
  }
  return (
    <Notice
      tone={shown.ok ? 'proven' : 'act'}
      announced
      action={
        <Button size="compact-sm" variant="default" onClick={close}>
          Close
        </Button>
      }
    >
      {shown.message}
    </Notice>
  )
}
