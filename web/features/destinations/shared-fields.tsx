import { Radio, Stack, Switch } from '@mantine/core'
import { CopyField } from '../../ui/form/copy.tsx'
import classes from './destinations.module.css'
import type { DestinationForm, FormErrors } from './draft.ts'

/** What every group of fields gets. */
export interface FieldProps {
  form: DestinationForm
  change: (changes: Partial<DestinationForm>) => void
  errors: FormErrors
  isNew: boolean
}

/** How copies are named. What is stored already is converted on the command line, since every copy gets a new key. */
export function Layout({ form, change, isNew }: Omit<FieldProps, 'errors'>) {
  if (!isNew) {
    const other = form.layout === 'mirror' ? 'id' : 'mirror'
    return (
      <div className={classes.help}>
        <p>
          Copies are named {form.layout === 'mirror' ? 'as in Drive' : 'by file id and revision'}. To change that, run
          on the server:
        </p>
        <CopyField value={`drivekeep destination convert ${form.name} --to ${other}`} label="the command" />
      </div>
    )
  }
  return (
    <Radio.Group
      label="How copies are named"
      value={form.layout}
      onChange={(value) => change({ layout: value === 'id' ? 'id' : 'mirror' })}
    >
      <Stack gap="xs" mt="xs">
        <Radio
          value="mirror"
          label="As in Drive"
          description="Folders and names as in Drive, readable with any program. A rename copies the object."
        />
        <Radio
          value="id"
          label="By file id and revision"
          description="A rename costs nothing and no key is written twice: for locked buckets and archive classes."
        />
      </Stack>
    </Radio.Group>
  )
}

export function Enabled({ form, change }: Pick<FieldProps, 'form' | 'change'>) {
  return (
    <Switch
      label="Copy to this destination"
      description="Off: nothing is copied to it, and what is stored there stays."
      checked={form.enabled}
      onChange={({ currentTarget }) => change({ enabled: currentTarget.checked })}
    />
  )
}

/** What explains a field stands below it, so that fields side by side stand on one line. */
export const ORDER = {
  inputWrapperOrder: ['label', 'input', 'description', 'error'] as ('label' | 'input' | 'description' | 'error')[],
}

/** Of texts that are no language: nothing is to be corrected or filled in. */
export const PLAIN = { autoComplete: 'off', autoCapitalize: 'none', spellCheck: false, ...ORDER } as const
