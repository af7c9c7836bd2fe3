import { z } from 'zod'
import { schema } from './schema.ts'

/** The JSON Schema of config.yaml, with which editors complete keys and show what they mean. */
export function jsonSchema(): object {
  return z.toJSONSchema(schema, {
    io: 'input',
    override: ({ jsonSchema: part }) => {
      // Remedies are for our own messages.
      delete part.remedy
      // `${PORT}` is fine where a number or a word of a list is wanted: what it holds is checked when it is read.
      if (part.type === 'integer' || part.type === 'number' || part.type === 'boolean' || part.enum !== undefined) {
        const { description, default: byDefault, ...value } = part
        for (const name of Object.keys(part)) delete part[name]
        const variable = { type: 'string', pattern: '\\$\\{[A-Za-z_][A-Za-z0-9_]*\\}' } as const
        Object.assign(part, { description, default: byDefault, anyOf: [value, variable] })
      }
    },
  })
}
