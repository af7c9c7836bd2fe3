import { Anchor, Radio, Stack, Switch, TextInput } from '@mantine/core'
import { useId } from 'react'
import type { DestinationType } from '../../api/types.ts'
import { CopyField } from '../../ui/form/copy.tsx'
import { SecretInput } from '../../ui/form/secret-input.tsx'
import classes from './destinations.module.css'
import { policyFor } from './policy.ts'
import { Enabled, type FieldProps, Layout, ORDER, PLAIN } from './shared-fields.tsx'

type TypedProps = Omit<FieldProps, 'isNew'> & { type: DestinationType | undefined }

/** A bucket. What every one of this provider needs is first, what few need further down. */
export function BucketFields({
  form,
  change,
  errors,
  type,
  kept,
  isNew,
}: FieldProps & { type: DestinationType | undefined; kept: boolean }) {
  const id = useId()
  const endpointFirst = type?.needs_endpoint === true
  const regionFirst = type === undefined || type.region_example !== null || type.default_region === null
  const folded = [
    ...MORE,
    ...(endpointFirst ? [] : (['endpoint'] as const)),
    ...(regionFirst ? [] : (['region'] as const)),
  ]
  const moreOpen = folded.some((field) => errors[field] !== undefined) || (!endpointFirst && form.endpoint !== '')
  const storageClasses = type?.storage_classes ?? []
  return (
    <>
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
          {endpointFirst && <Endpoint form={form} change={change} errors={errors} type={type} label="Endpoint" />}
          {regionFirst && <Region form={form} change={change} errors={errors} type={type} />}
        </div>
      )}
      <Credentials form={form} change={change} errors={errors} type={type} kept={kept} />
      <details className={classes.more} open={moreOpen || undefined}>
        <summary>More options</summary>
        <Stack gap="lg" pt="md">
          {!endpointFirst && (
            <Endpoint
              form={form}
              change={change}
              errors={errors}
              type={type}
              label="Another address than the usual one"
            />
          )}
          {!regionFirst && <Region form={form} change={change} errors={errors} type={type} />}
          <TextInput
            label="Storage class"
            description="Empty: the usual one of the bucket. Do not use Glacier classes: copies could not be checked."
            placeholder={storageClasses[1] ?? 'STANDARD'}
            list={`${id}-classes`}
            value={form.storage_class}
            onChange={({ currentTarget }) => change({ storage_class: currentTarget.value })}
            error={errors.storage_class}
            className={classes.half}
            {...PLAIN}
          />
          <datalist id={`${id}-classes`}>
            {storageClasses.map((name) => (
              <option key={name} value={name} />
            ))}
          </datalist>
          <Layout form={form} change={change} isNew={isNew} />
          {form.type !== 'aws' && (
            <Switch
              label="Path-style addresses"
              description="For servers that know no addresses such as my-backup.s3.example.com."
              checked={form.force_path_style}
              onChange={({ currentTarget }) => change({ force_path_style: currentTarget.checked })}
            />
          )}
          <Enabled form={form} change={change} />
        </Stack>
      </details>
    </>
  )
}

function Endpoint({ form, change, errors, type, label }: TypedProps & { label: string }) {
  return (
    <TextInput
      label={label}
      placeholder={type?.endpoint_example ?? 'https://s3.example.com'}
      value={form.endpoint}
      onChange={({ currentTarget }) => change({ endpoint: currentTarget.value })}
      error={errors.endpoint}
      inputMode="url"
      {...PLAIN}
    />
  )
}

function Region({ form, change, errors, type }: TypedProps) {
  return (
    <TextInput
      label="Region"
      description={regionHelp(type)}
      placeholder={type?.region_example ?? type?.default_region ?? ''}
      value={form.region}
      onChange={({ currentTarget }) => change({ region: currentTarget.value })}
      error={errors.region}
      {...PLAIN}
    />
  )
}

function Credentials({ form, change, errors, type, kept }: TypedProps & { kept: boolean }) {
  const page = type?.key_page ?? null
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
        {type?.key}{' '}
        {page !== null && (
          <Anchor href={page.url} target="_blank" rel="noreferrer" underline="always" inherit>
            {page.title}
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

function regionHelp(type: DestinationType | undefined): string {
  if (type === undefined || type.default_region === null) return 'As the provider shows it beside the bucket.'
  return `As the provider shows it beside the bucket. Empty: ${type.default_region}.`
}
