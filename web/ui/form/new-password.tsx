import { Button, PasswordInput } from '@mantine/core'
import { useState } from 'react'
import { CopyTextButton } from './copy.tsx'
import classes from './new-password.module.css'
import { madeUpPassword, passwordComplaint, SHORTEST_PASSWORD } from './password-rule.ts'

interface Props {
  label: string
  value: string
  onChange: (value: string) => void
  /** What the server said of it, or that it is missing. */
  error?: string | null
  /** Offers to make one up, for whoever sets the password of somebody else. */
  offer?: boolean
}

/** A password that somebody chooses, with the one rule there is, and how far it is from it. */
export function NewPassword({ label, value, onChange, error = null, offer = false }: Props) {
  const [visible, setVisible] = useState(false)
  const [madeUp, setMadeUp] = useState<string | null>(null)
  const makeUp = () => {
    const made = madeUpPassword()
    setMadeUp(made)
    setVisible(true)
    onChange(made)
  }
  const short = value === '' ? null : passwordComplaint(value)
  return (
    <div className={classes.field}>
      <PasswordInput
        label={label}
        description={`At least ${SHORTEST_PASSWORD} characters, of any kind. A few words in a row are easy to remember.`}
        autoComplete="new-password"
        spellCheck={false}
        required
        withAsterisk={false}
        value={value}
        visible={visible}
        onVisibilityChange={setVisible}
        visibilityToggleButtonProps={{ 'aria-label': visible ? `Hide ${label}` : `Show ${label}`, tabIndex: 0 }}
        onChange={(event) => onChange(event.currentTarget.value)}
        error={error}
      />
      <p className={classes.rule} aria-live="polite">
        {error === null ? (short ?? (value === '' ? '' : 'Long enough.')) : ''}
      </p>
      {offer && (
        <div className={classes.offer}>
          <Button size="compact-sm" variant="default" onClick={makeUp}>
            Generate
          </Button>
          {madeUp !== null && madeUp === value && <CopyTextButton value={madeUp} label="the password" />}
        </div>
      )}
    </div>
  )
}
