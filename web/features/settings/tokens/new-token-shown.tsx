import { Button } from '@mantine/core'
import { useEffect, useRef } from 'react'
import type { NewToken } from '../../../api/types.ts'
import { CopyField } from '../../../ui/form/copy.tsx'
import { Notice } from '../../../ui/state/notice.tsx'
import classes from './tokens.module.css'

/** The secret, in the one moment in which it is known. */
export function NewTokenShown({ token, done }: { token: NewToken; done: () => void }) {
  const place = useRef<HTMLElement>(null)
  useEffect(() => place.current?.focus(), [])
  const example = `curl -H 'Authorization: Bearer ${token.secret}' ${window.location.origin}/api/status`
  return (
    <section className={classes.shown} aria-label={`The new token ${token.name}`} ref={place} tabIndex={-1}>
      <Notice tone="proven" announced>
        <p>
          <strong>The token “{token.name}” is made. Copy it now: it is not shown again.</strong>
        </p>
        <p>Whoever has it can use it: keep it like a password.</p>
        <div className={classes.secret}>
          <CopyField block value={token.secret} label="the token" />
        </div>
        <p>For example:</p>
        <div className={classes.secret}>
          <CopyField block value={example} label="the example" />
        </div>
        <div className={classes.secret}>
          <Button variant="default" size="sm" onClick={done}>
            I have copied it
          </Button>
        </div>
      </Notice>
    </section>
  )
}
