import { NativeSelect, NumberInput, PasswordInput, Switch, Textarea, TextInput } from '@mantine/core'
import { useState } from 'react'
import type { Setting } from '../../api/types.ts'
import { choiceWord, fieldOf, linesIn, UNITS } from './field.ts'
import classes from './settings.module.css'

interface Props {
  setting: Setting
  /** What was typed, else what holds. */
  value: unknown
  onChange: (value: unknown) => void
  error: string | null
  /** Its label stands elsewhere. */
  id: string
  /** What it means, for who does not see the words around it; what is wrong is said in its place. */
  about: string
}

/** The control for a setting's kind of value. */
export function SettingField({ setting, value, onChange, error, id, about }: Props) {
  const { key, schema, secret, set } = setting
  const common = { id, error, 'aria-description': about }
  const field = fieldOf(schema)
  if (secret) {
    return (
      <PasswordInput
        {...common}
        autoComplete="off"
        placeholder={set ? 'Set; type another to replace it' : 'Not set'}
        value={String(value ?? '')}
        onChange={(event) => onChange(event.currentTarget.value)}
        visibilityToggleButtonProps={{ 'aria-label': 'Show what is typed', tabIndex: 0 }}
      />
    )
  }
  switch (field.kind) {
    case 'switch':
      return (
        <Switch
          {...common}
          checked={value === true}
          label={value === true ? 'On' : 'Off'}
          aria-labelledby={`title-${key}`}
          onChange={(event) => onChange(event.currentTarget.checked)}
        />
      )
    case 'choice':
      return (
        <NativeSelect
          {...common}
          value={String(value)}
          data={field.options.map((option) => ({ value: option, label: choiceWord(key, option) }))}
          onChange={(event) => onChange(event.currentTarget.value)}
        />
      )
    case 'number':
      return (
        <NumberInput
          {...common}
          value={typeof value === 'number' ? value : ''}
          onChange={onChange}
          allowDecimal={!field.whole}
          allowNegative={field.min === null || field.min < 0}
          clampBehavior="none"
          hideControls
          inputMode={field.whole ? 'numeric' : 'decimal'}
          rightSection={
            UNITS[key] === undefined ? undefined : (
              <span className={classes.unit} aria-hidden="true">
                {UNITS[key]}
              </span>
            )
          }
          rightSectionWidth={UNITS[key] === undefined ? undefined : 76}
          rightSectionPointerEvents="none"
        />
      )
    case 'lines':
      return <LinesField {...common} value={value} onChange={onChange} />
    case 'text':
    case 'other':
      return (
        <TextInput
          {...common}
          spellCheck={false}
          value={String(value ?? '')}
          onChange={(event) => onChange(event.currentTarget.value)}
        />
      )
  }
}

interface LinesProps {
  id: string
  error: string | null
  'aria-description': string
  value: unknown
  onChange: (value: string[]) => void
  rows?: number
}

/** A list, a line each. What is being typed keeps its empty lines, which say nothing. */
export function LinesField({ value, onChange, rows = 3, ...common }: LinesProps) {
  const lines = Array.isArray(value) ? value.map(String) : linesIn(String(value ?? ''))
  const [text, setText] = useState(lines.join('\n'))
  const shown = linesIn(text).join('\n') === lines.join('\n') ? text : lines.join('\n')
  return (
    <Textarea
      {...common}
      rows={rows}
      spellCheck={false}
      styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
      value={shown}
      onChange={(event) => {
        setText(event.currentTarget.value)
        onChange(linesIn(event.currentTarget.value))
      }}
    />
  )
}
