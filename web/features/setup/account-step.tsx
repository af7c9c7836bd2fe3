import { Button, TextInput } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { type FormEvent, useEffect, useState } from 'react'
import { useLocation } from 'wouter'
import { createFirstAccount } from '../../api/operations.ts'
import { useSignedIn } from '../../server/session.ts'
import { CopyField } from '../../ui/form/copy.tsx'
import { NewPassword } from '../../ui/form/new-password.tsx'
import { passwordComplaint } from '../../ui/form/password-rule.ts'
import { ErrorState } from '../../ui/page/error-state.tsx'
import { type AccountErrors, accountErrors } from './account.ts'
import classes from './setup.module.css'
import { tokenIn } from './steps.ts'

/** The first account, an admin’s. Whoever can read the log may make it, and nobody else. */
export function AccountStep() {
  const signedIn = useSignedIn()
  const [, navigate] = useLocation()
  const [token, setToken] = useState(() => tokenIn(window.location.hash))
  const [fromLink, setFromLink] = useState(token !== '')
  const [name, setName] = useState('')
  const [password, setPassword] = useState('')
  const [errors, setErrors] = useState<AccountErrors>({})
  useEffect(() => {
    const take = () => {
      const given = tokenIn(window.location.hash)
      if (given === '') return
      setToken(given)
      setFromLink(true)
      // What is secret does not stay in the address.
      window.history.replaceState(window.history.state, '', window.location.pathname)
    }
    take()
    // The link may be opened in the very tab that shows this page.
    window.addEventListener('hashchange', take)
    return () => window.removeEventListener('hashchange', take)
  }, [])
  const create = useMutation({
    mutationFn: () => createFirstAccount({ body: { token: token.trim(), name: name.trim(), password } }),
    meta: { signsIn: true },
    onSuccess: (me) => {
      signedIn(me)
      navigate('/setup/google')
    },
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    const found = accountErrors({ token, name, password: passwordComplaint(password) })
    setErrors(found)
    if (Object.keys(found).length === 0) create.mutate()
  }
  return (
    <form className={classes.form} onSubmit={submit} noValidate>
      <p className={classes.text}>
        With this account you sign in to this page. It may do everything; you can add others later who may do less.
      </p>
      {fromLink ? null : <WhereTheTokenIs />}
      <TextInput
        label="Set-up token"
        description={fromLink ? 'Filled in from the link that you followed.' : undefined}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        required
        withAsterisk={false}
        value={token}
        onChange={(event) => setToken(event.currentTarget.value)}
        error={errors.token}
      />
      <TextInput
        label="Name"
        description="What you sign in with: a name or an e-mail address."
        name="username"
        autoComplete="username"
        autoCapitalize="none"
        spellCheck={false}
        required
        withAsterisk={false}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        error={errors.name}
      />
      <NewPassword label="Password" value={password} onChange={setPassword} error={errors.password ?? null} />
      {create.error !== null && <ErrorState error={create.error} />}
      <div className={classes.way}>
        <Button type="submit" loading={create.isPending}>
          Create the account
        </Button>
      </div>
    </form>
  )
}

function WhereTheTokenIs() {
  return (
    <div className={classes.text}>
      <p>
        Drivekeep prints a <b>set-up token</b> when it starts without an account. It proves that this machine is yours.
        You find it where the program was started; if it runs as a service, in its log:
      </p>
      <CopyField
        value="journalctl -u backup-daemon | grep 'set-up token' | tail -1"
        label="the command for a service"
      />
    </div>
  )
}
