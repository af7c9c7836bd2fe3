import { Stack, TextInput } from '@mantine/core'
import classes from './destinations.module.css'
import { Enabled, type FieldProps, Layout, PLAIN } from './shared-fields.tsx'

/** A second disk or a share: what it is called on this machine. */
export function FolderFields({ form, change, errors, isNew }: FieldProps) {
  return (
    <>
      <TextInput
        label="Folder"
        description="Must exist, on another disk than the one of this machine. While it is not mounted, files wait."
        placeholder="/mnt/backup"
        value={form.path}
        onChange={({ currentTarget }) => change({ path: currentTarget.value })}
        error={errors.path}
        {...PLAIN}
      />
      <details className={classes.more}>
        <summary>More options</summary>
        <Stack gap="lg" pt="md">
          <Layout form={form} change={change} isNew={isNew} />
          <Enabled form={form} change={change} />
        </Stack>
      </details>
    </>
  )
}
