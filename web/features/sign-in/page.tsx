import { Button, PasswordInput, TextInput } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { Redirect, useLocation } from 'wouter'
import { signIn } from '../../api/operations.ts'
import { CallError } from '../../server/call.ts'
import { useSignedIn } from '../../server/session.ts'
import { duration } from '../../ui/data/format.ts'
import { Mark } from '../../ui/icons.tsx'
import { ErrorState } from '../../ui/page/error-state.tsx'
import { useTitle } from '../../ui/page/title.ts'
import classes from './page.module.css'
import { useSecondsLeft } from './use-seconds-left.ts'

/** Shown at whatever address was asked for; that page is there as soon as somebody is signed in. */
export function SignIn() {
  useTitle('Sign in')
  const signedIn = useSignedIn()
  const [path] = useLocation()
  const [name, setName] = useState('')
  const [password, setPassword] = useState('')
  const attempt = useMutation({
    mutationFn: (body: { name: string; password: string }) => signIn({ body }),
    meta: { signsIn: true },
    onSuccess: signedIn,
  })
  const wait = useSecondsLeft(
    attempt.error instanceof CallError ? attempt.error.problem?.retry_after : undefined,
    attempt.submittedAt,
  )
  const submit = (event: FormEvent) => {
    event.preventDefault()
    attempt.mutate({ name, password })
  }
  if (attempt.isSuccess && path === '/sign-in') return <Redirect to="/" replace />
  return (
    <main className={classes.page}>
      <form className={classes.form} onSubmit={submit}>
        <h1 className={classes.title}>
          <Mark /> Sign in to Drivekeep
        </h1>
        <TextInput
          label="Name"
          name="username"
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          autoFocus
          required
          withAsterisk={false}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <PasswordInput
          label="Password"
          name="password"
          autoComplete="current-password"
          required
          withAsterisk={false}
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
        {attempt.error !== null && <Failure error={attempt.error} wait={wait} />}
        <Button type="submit" loading={attempt.isPending} disabled={wait > 0} fullWidth>
          {wait > 0 ? `Wait ${duration(wait)}` : 'Sign in'}
        </Button>
        <p className={classes.help}>Password forgotten? An admin can set a new one under Settings.</p>
      </form>
    </main>
  )
}

/** A wrong password is no fault of the program’s: it is said plainly, without a raw answer to copy. */
function Failure({ error, wait }: { error: Error; wait: number }) {
  if (!(error instanceof CallError) || (error.status !== 401 && error.status !== 429))
    return <ErrorState error={error} />
  return (
    <p className={classes.failure} role="alert">
      {error.message}
      {wait > 0 && ` You can try again in ${duration(wait)}.`}
    </p>
  )
}
