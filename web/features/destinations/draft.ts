import type { Destination, DestinationDraft, DestinationType } from '../../api/types.ts'

/** The form of a destination: texts as they are typed, under the names that the API gives its fields. */
export interface DestinationForm {
  name: string
  type: string
  enabled: boolean
  bucket: string
  /** Of a folder of this machine. */
  path: string
  region: string
  prefix: string
  endpoint: string
  force_path_style: boolean
  storage_class: string
  layout: 'mirror' | 'id'
  /** `machine`: the standard AWS credential chain: a profile, a role, the environment. */
  credentials: 'key' | 'machine'
  access_key_id: string
  secret_access_key: string
}

export type FormErrors = Partial<Record<keyof DestinationForm, string>>

export function newForm(type: string, taken: readonly string[]): DestinationForm {
  return {
    name: freeName(type, taken),
    type,
    enabled: true,
    bucket: '',
    path: '',
    region: '',
    prefix: '',
    endpoint: '',
    force_path_style: false,
    storage_class: '',
    layout: 'mirror',
    credentials: 'key',
    access_key_id: '',
    secret_access_key: '',
  }
}

/** What is kept of a destination; its secret never comes back. */
export function formOf({ name, type, enabled, settings }: Destination): DestinationForm {
  const form = { ...newForm(type, []), name, enabled }
  if (settings === null) return form
  return {
    ...form,
    bucket: settings.bucket,
    path: settings.path ?? '',
    layout: settings.layout,
    region: settings.region,
    prefix: settings.prefix,
    endpoint: settings.endpoint ?? '',
    force_path_style: settings.force_path_style,
    storage_class: settings.storage_class ?? '',
    credentials: settings.access_key_id === null ? 'machine' : 'key',
    access_key_id: settings.access_key_id ?? '',
  }
}

/** Another type has another region and another endpoint; a name that nobody chose follows it. */
export function withType(form: DestinationForm, type: string, taken: readonly string[]): DestinationForm {
  const name = form.name === freeName(form.type, taken) ? freeName(type, taken) : form.name
  const credentials = type === 'aws' ? form.credentials : 'key'
  return { ...form, type, name, credentials, region: '', endpoint: '', storage_class: '' }
}

/** What can be told before anything is asked of the server. `kept`: a secret is there already and may stay. */
export function errorsIn(
  form: DestinationForm,
  { type, taken, kept }: { type: DestinationType | undefined; taken: readonly string[]; kept: boolean },
): FormErrors {
  const errors: FormErrors = {}
  const filled = (field: 'bucket' | 'region' | 'endpoint' | 'access_key_id' | 'secret_access_key') =>
    form[field].trim() !== ''
  if (!/^[a-z][a-z0-9_-]{0,62}$/i.test(form.name.trim())) {
    errors.name = 'Use a letter, then letters, digits, hyphens and underscores: up to 63 in all, such as aws_s3.'
  } else if (taken.includes(form.name.trim())) {
    errors.name = 'There is a destination of this name. Choose another one.'
  }
  if (type?.kind === 'folder') {
    if (!form.path.trim().startsWith('/')) errors.path = 'Which folder? Write its whole path, such as /mnt/backup.'
    return errors
  }
  const bucket = form.bucket.trim()
  if (bucket === '') errors.bucket = 'Which bucket? It must exist.'
  else if (/^s3:|\//i.test(bucket)) errors.bucket = 'Write the name alone, without s3:// and without a path.'
  else if (!/^[A-Za-z0-9][A-Za-z0-9._-]{1,254}$/.test(bucket)) {
    errors.bucket = 'A bucket’s name has letters, digits, dots and hyphens.'
  }
  if (!filled('region') && type !== undefined && type.default_region === null) {
    errors.region = 'Which region? The provider shows it beside the bucket.'
  }
  if (!filled('endpoint')) {
    if (type?.needs_endpoint) errors.endpoint = 'At which address is the server? Such as https://s3.example.com.'
  } else if (!isAddress(form.endpoint.trim())) {
    errors.endpoint = 'Write an address that begins with https:// (or http://), without a path to the bucket.'
  }
  if (form.credentials === 'key') {
    if (!filled('access_key_id')) errors.access_key_id = 'The key’s id is missing.'
    if (!filled('secret_access_key') && !kept) errors.secret_access_key = 'The key’s secret is missing.'
  }
  return errors
}

export function draftOf(form: DestinationForm): DestinationDraft {
  const text = (value: string) => (value.trim() === '' ? null : value.trim())
  const key = form.credentials === 'key'
  if (form.type === 'folder')
    return { type: form.type, enabled: form.enabled, path: text(form.path), prefix: '', layout: form.layout }
  return {
    type: form.type,
    enabled: form.enabled,
    bucket: form.bucket.trim(),
    region: text(form.region),
    prefix: form.prefix.trim().replace(/^\/+|\/+$/g, ''),
    endpoint: text(form.endpoint),
    force_path_style: form.force_path_style,
    storage_class: text(form.storage_class),
    layout: form.layout,
    access_key_id: key ? text(form.access_key_id) : null,
    ...(key && form.secret_access_key !== '' ? { secret_access_key: form.secret_access_key } : {}),
  }
}

/**
 * The server's complaints, each with the field it is about; the rest in one sentence. It names fields in its own way:
 * `bucket`, `draft.bucket` or `destinations.aws_s3.bucket`.
 */
export function errorsFrom(complaints: readonly { field: string; message: string }[]): {
  fields: FormErrors
  rest: string | null
} {
  const fields: FormErrors = {}
  const rest: string[] = []
  for (const { field, message } of complaints) {
    const name = field.split(/[./]/).at(-1) ?? ''
    if (isField(name)) fields[name] = message
    else rest.push(message)
  }
  return { fields, rest: rest.length === 0 ? null : rest.join(' ') }
}

/** `aws_s3`, or `aws_s3_2` where that is taken. */
function freeName(type: string, taken: readonly string[]): string {
  const base = type === 'aws' ? 'aws_s3' : type === 'other' ? 's3' : type
  if (!taken.includes(base)) return base
  for (let number = 2; ; number++) {
    const name = `${base}_${number}`
    if (!taken.includes(name)) return name
  }
}

const FIELDS = Object.keys(newForm('aws', []))

function isField(name: string): name is keyof DestinationForm {
  return FIELDS.includes(name)
}

function isAddress(text: string): boolean {
  const url = URL.parse(text)
  return url !== null && /^https?:\/\/[^/]/i.test(text) && url.username === '' && url.search === '' && url.hash === ''
}
