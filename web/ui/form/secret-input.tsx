import { PasswordInput, type PasswordInputProps } from '@mantine/core'
import { useState } from 'react'

/** A secret that is typed or pasted, and can be looked at: by keyboard too, with a button that says what it shows. */
export function SecretInput({ label, ...rest }: Omit<PasswordInputProps, 'label'> & { label: string }) {
  const [visible, setVisible] = useState(false)
  return (
    <PasswordInput
      label={label}
      autoComplete="off"
      spellCheck={false}
      {...rest}
      visible={visible}
      onVisibilityChange={setVisible}
      visibilityToggleButtonProps={{ 'aria-label': `${visible ? 'Hide' : 'Show'} what is typed`, tabIndex: 0 }}
    />
  )
}
