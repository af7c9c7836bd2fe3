import type { JsonSchema } from '../openapi.ts'
import { Html, html, nothing } from './html.ts'

interface Outlined extends JsonSchema {
  type?: string | string[]
  enum?: unknown[]
  const?: unknown
  anyOf?: Outlined[]
  oneOf?: Outlined[]
  items?: Outlined
  properties?: Record<string, Outlined>
  required?: string[]
  additionalProperties?: Outlined
}

/** A schema as people read it: an object as a list of its fields, all else in a few words. */
export function outline(schema: JsonSchema): Html {
  const { properties = {}, required = [], items, anyOf = [] } = schema as Outlined
  const fields = Object.entries(properties)
  if (fields.length > 0)
    return html`<dl>${fields.map(([name, field]) => row(name, field, required.includes(name)))}</dl>`
  const inner = items ?? anyOf.find(hasFields)
  return html`<p class="type">${shortly(schema)}</p>${inner !== undefined && hasFields(inner) ? outline(inner) : nothing}`
}

function row(name: string, field: Outlined, always: boolean): Html {
  const inner = [field, field.items, ...(field.anyOf ?? [])].find((one) => one !== undefined && hasFields(one))
  return html`<dt><code>${name}</code>${always ? nothing : html` <small>may be absent</small>`}</dt>
<dd><span class="type">${shortly(field)}</span> <small>${limits(field)}</small>${inner === undefined ? nothing : outline(inner)}</dd>`
}

const hasFields = ({ properties }: Outlined) => properties !== undefined && Object.keys(properties).length > 0

/** Its type in a few words, with names as links. */
export function shortly(schema: JsonSchema): Html {
  const {
    $ref,
    enum: values,
    const: one,
    anyOf,
    oneOf,
    type,
    items,
    properties,
    additionalProperties,
  } = schema as Outlined
  if ($ref !== undefined) {
    const name = $ref.replace(/^.*\//, '')
    return html`<a href="#schema-${name}">${name}</a>`
  }
  if (anyOf !== undefined || oneOf !== undefined) return joined((anyOf ?? oneOf ?? []).map(shortly), ' or ')
  if (one !== undefined) return html`${JSON.stringify(one)}`
  if (values !== undefined)
    return joined(
      values.map((value) => html`${JSON.stringify(value)}`),
      ' | ',
    )
  if (Array.isArray(type)) return html`${type.join(' or ')}`
  if (type === 'array') return html`list of ${shortly(items ?? {})}`
  if (type === 'object' && properties === undefined && additionalProperties !== undefined) {
    return html`${shortly(additionalProperties)} by name`
  }
  if (type === 'object') return html`${properties === undefined ? 'empty object' : 'object'}`
  if (type === 'string' && schema.format === 'date-time') return html`time`
  return html`${type ?? 'anything'}`
}

/** Of numbers and texts: how large, and what is taken where nothing is said. */
export function limits(schema: JsonSchema): string {
  const range = (unit: string, least: unknown, most: unknown) => {
    if (least === undefined && most === undefined) return []
    if (most === undefined) return [`at least ${least}${unit}`]
    return [least === undefined ? `at most ${most}${unit}` : `${least} to ${most}${unit}`]
  }
  return [
    ...range('', schema.minimum, schema.maximum),
    ...range(' characters', schema.minLength, schema.maxLength),
    ...range(' entries', schema.minItems, schema.maxItems),
    ...(schema.default === undefined ? [] : [`default ${JSON.stringify(schema.default)}`]),
  ].join(', ')
}

function joined(pieces: Html[], by: string): Html {
  return new Html(pieces.map(({ text }) => text).join(by))
}
