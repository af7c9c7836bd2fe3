import { userName } from '../server/contract/access.ts'
import { EXIT, Refusal } from './terminal/refusal.ts'

/** The same names as in the dashboard. Throws a Refusal. */
export function checkedUserName(name: string): string {
  if (userName.safeParse(name).success) return name
  throw new Refusal(
    `${JSON.stringify(name)} is no name for a user. Use up to 100 letters, digits and . _ @ + -`,
    EXIT.misused,
  )
}
