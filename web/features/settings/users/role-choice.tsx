import { Radio, Stack } from '@mantine/core'
import { ROLE_WORDS, ROLES, type Role } from './role-words.ts'

/** Each role with what it may do. */
export function RoleChoice({ value, onChange }: { value: Role; onChange: (role: Role) => void }) {
  const choose = (chosen: string) => {
    const role = ROLES.find((one) => one === chosen)
    if (role !== undefined) onChange(role)
  }
  return (
    <Radio.Group label="Role" value={value} onChange={choose}>
      <Stack gap="xs" mt="xs">
        {ROLES.map((role) => (
          <Radio key={role} value={role} label={ROLE_WORDS[role].name} description={ROLE_WORDS[role].may} />
        ))}
      </Stack>
    </Radio.Group>
  )
}
