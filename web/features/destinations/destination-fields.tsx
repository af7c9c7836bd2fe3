import { Anchor, NativeSelect, Radio, Stack, Switch, TextInput } from '@mantine/core'
import { useId } from 'react'
import type { DestinationType } from '../../api/types.ts'
import { CopyField } from '../../ui/form/copy.tsx'
import { SecretInput } from '../../ui/form/secret-input.tsx'
import classes from './destinations.module.css'
import type { DestinationForm, FormErrors } from './draft.ts'
import { helpFor, policyFor } from './providers.ts'

interface Props {
  form: DestinationForm
  change: (changes: Partial<DestinationForm>) => void
  errors: FormErrors
  types: readonly DestinationType[]
  /** The secret that is kept goes with this key. */
  kept: boolean
  isNew: boolean
}

/** What a destination must be told, with what is known of its provider. */
export function DestinationFields({ form, change, errors, types, kept, isNew }: Props) {
  const type = types.find((one) => one.type === form.type)
  const help = helpFor(form.type)
  const id = useId()
  // What every bucket of this provider needs stands first, what few need further down.
  const endpointFirst = type?.needs_endpoint === true
  const regionFirst = help.region !== null || type?.default_region === null
  const folded = [
    ...MORE,
    ...(endpointFirst ? [] : (['endpoint'] as const)),
    ...(regionFirst ? [] : (['region'] as const)),
  ]
  const moreOpen = folded.some((field) => errors[field] !== undefined) || (!endpointFirst && form.endpoint !== '')
  return (
    <Stack gap="lg">
      <div className={classes.pair}>
        <NativeSelect
          label="Provider"
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
      <div className={classes.pair}>
        <TextInput
          label="Bucket"
          description="Must exist. Turn on versioning."
          placeholder="my-backup"
          value={form.bucket}
          onChange={({ currentTarget }) => change({ bucket: currentTarget.value })}
          error={errors.bucket}
          {...PLAIN}
        />
        <TextInput
          label="Folder in the bucket"
          description="Optional: so that the bucket can hold other things as well."
          placeholder="drive"
          value={form.prefix}
          onChange={({ currentTarget }) => change({ prefix: currentTarget.value })}
          error={errors.prefix}
          {...PLAIN}
        />
      </div>
      {(endpointFirst || regionFirst) && (
        <div className={classes.pair}>
          {endpointFirst && <Endpoint form={form} change={change} errors={errors} label="Endpoint" />}
          {regionFirst && <Region form={form} change={change} errors={errors} type={type} />}
        </div>
      )}
      <Credentials form={form} change={change} errors={errors} kept={kept} />
      <details className={classes.more} open={moreOpen || undefined}>
        <summary>More options</summary>
        <Stack gap="lg" pt="md">
          {!endpointFirst && (
            <Endpoint form={form} change={change} errors={errors} label="Another address than the usual one" />
          )}
          {!regionFirst && <Region form={form} change={change} errors={errors} type={type} />}
          <TextInput
            label="Storage class"
            description="Empty: the usual one of the bucket. Do not use Glacier classes: copies could not be checked."
            placeholder={help.classes[1] ?? 'STANDARD'}
            list={`${id}-classes`}
            value={form.storage_class}
            onChange={({ currentTarget }) => change({ storage_class: currentTarget.value })}
            error={errors.storage_class}
            className={classes.half}
            {...PLAIN}
          />
          <datalist id={`${id}-classes`}>
            {help.classes.map((name) => (
              <option key={name} value={name} />
            ))}
          </datalist>
          {type?.type !== 'aws' && (
            <Switch
              label="Path-style addresses"
              description="For servers that know no addresses such as my-backup.s3.example.com."
              checked={form.force_path_style}
              onChange={({ currentTarget }) => change({ force_path_style: currentTarget.checked })}
            />
          )}
          <Switch
            label="Copy to this destination"
            description="Off: nothing is copied to it, and what is stored there stays."
            checked={form.enabled}
            onChange={({ currentTarget }) => change({ enabled: currentTarget.checked })}
          />
        </Stack>
      </details>
    </Stack>
  )
}

type FieldProps = Pick<Props, 'form' | 'change' | 'errors'>

function Endpoint({ form, change, errors, label }: FieldProps & { label: string }) {
  return (
    <TextInput
      label={label}
      placeholder={helpFor(form.type).endpoint ?? 'https://s3.example.com'}
      value={form.endpoint}
      onChange={({ currentTarget }) => change({ endpoint: currentTarget.value })}
      error={errors.endpoint}
      inputMode="url"
      {...PLAIN}
    />
  )
}

function Region({ form, change, errors, type }: FieldProps & { type: DestinationType | undefined }) {
  return (
    <TextInput
      label="Region"
      description={regionHelp(type)}
      placeholder={helpFor(form.type).region ?? type?.default_region ?? ''}
      value={form.region}
      onChange={({ currentTarget }) => change({ region: currentTarget.value })}
      error={errors.region}
      {...PLAIN}
    />
  )
}

function Credentials({ form, change, errors, kept }: Pick<Props, 'form' | 'change' | 'errors' | 'kept'>) {
  const help = helpFor(form.type)
  return (
    <Stack gap="md">
      {form.type === 'aws' && (
        <Radio.Group
          label="Credentials"
          value={form.credentials}
          onChange={(value) => change({ credentials: value === 'machine' ? 'machine' : 'key' })}
        >
          <Stack gap="xs" mt="xs">
            <Radio value="key" label="With an access key" />
            <Radio
              value="machine"
              label="Use this machine’s AWS role or profile"
              description="A role, a profile or the environment: the standard AWS credential chain."
            />
          </Stack>
        </Radio.Group>
      )}
      <p className={classes.help}>
        {help.key}{' '}
        {help.link !== null && (
          <Anchor href={help.link.url} target="_blank" rel="noreferrer" underline="always" inherit>
            {help.link.title}
            <span className="visually-hidden"> (opens in a new tab)</span> <span aria-hidden="true">↗</span>
          </Anchor>
        )}
      </p>
      {form.type === 'aws' && (
        <details className={classes.more}>
          <summary>The policy that gives it the rights it needs, and no more</summary>
          <div className={classes.policy}>
            <CopyField value={policyFor(form.bucket, form.prefix)} label="the policy" block />
          </div>
        </details>
      )}
      {form.credentials === 'key' && (
        <div className={classes.pair}>
          <TextInput
            label="Access key ID"
            value={form.access_key_id}
            onChange={({ currentTarget }) => change({ access_key_id: currentTarget.value })}
            error={errors.access_key_id}
            {...PLAIN}
          />
          <SecretInput
            label="Secret access key"
            description={kept ? 'Leave empty to keep the current one.' : 'Stored encrypted.'}
            value={form.secret_access_key}
            onChange={({ currentTarget }) => change({ secret_access_key: currentTarget.value })}
            error={errors.secret_access_key}
            {...ORDER}
          />
        </div>
      )}
    </Stack>
  )
}

/** Fields that are always folded away; an error in one opens the fold. */
const MORE = ['storage_class', 'force_path_style', 'enabled'] as const

/** What explains a field stands below it, so that fields side by side stand on one line. */
const ORDER = {
  inputWrapperOrder: ['label', 'input', 'description', 'error'] as ('label' | 'input' | 'description' | 'error')[],
}

/** Of texts that are no language: nothing is to be corrected or filled in. */
const PLAIN = { autoComplete: 'off', autoCapitalize: 'none', spellCheck: false, ...ORDER } as const

function regionHelp(type: DestinationType | undefined): string {
  if (type === undefined || type.default_region === null) return 'As the provider shows it beside the bucket.'
  return `As the provider shows it beside the bucket. Empty: ${type.default_region}.`
}
