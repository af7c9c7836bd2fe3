import { Anchor, type AnchorProps, Button, type ButtonProps } from '@mantine/core'
import type { ReactNode } from 'react'
import { Link as Routed } from 'wouter'

/** A link within the dashboard: a real one, so that a middle click opens a tab. */
export function Link({ to, children, ...rest }: AnchorProps & { to: string; children: ReactNode }) {
  return (
    <Anchor component={Routed} href={to} inherit {...rest}>
      {children}
    </Anchor>
  )
}

/** A link within the dashboard that looks like a button, for the one thing to do next. */
export function ButtonLink({ to, children, ...rest }: ButtonProps & { to: string; children: ReactNode }) {
  return (
    <Button component={Routed} href={to} {...rest}>
      {children}
    </Button>
  )
}
