import { NativeSelect, Stack, TextInput } from '@mantine/core'
import type { DestinationType } from '../../api/types.ts'
import { BucketFields } from './bucket-fields.tsx'
import classes from './destinations.module.css'
import { FolderFields } from './folder-fields.tsx'
import { type FieldProps, PLAIN } from './shared-fields.tsx'

interface Props extends FieldProps {
  types: readonly DestinationType[]
  /** The secret that is kept goes with this key. */
  kept: boolean
}

/** What a destination must be told, with what is known of its provider. */
export function DestinationFields({ form, change, errors, types, kept, isNew }: Props) {
  const type = types.find((one) => one.type === form.type)
  const folder = type?.kind === 'folder'
  return (
    <Stack gap="lg">
      <div className={classes.pair}>
        <NativeSelect
          label="Kind"
          value={form.type}
          onChange={({ currentTarget }) => change({ type: currentTarget.value })}
          data={types.map(({ type: value, title }) => ({ value, label: title }))}
        />
        <TextInput
          label="Name"
          description={isNew ? 'What Drivekeep calls it. It cannot be changed later.' : 'It cannot be changed.'}
          value={form.name}
          onChange={({ currentTarget }) => change({ name: currentTarget.value })}
          error={errors.name}
          disabled={!isNew}
          {...PLAIN}
        />
      </div>
      {folder ? (
        <FolderFields form={form} change={change} errors={errors} isNew={isNew} />
      ) : (
        <BucketFields form={form} change={change} errors={errors} type={type} kept={kept} isNew={isNew} />
      )}
    </Stack>
  )
}
