import { useMe } from '../../server/session.ts'
import { Link } from '../../ui/page/link.tsx'
import { Page } from '../../ui/page/page.tsx'
import { Section } from '../../ui/page/section.tsx'
import { Mark } from '../../ui/state/mark.tsx'
import { ROLE_WORDS } from '../settings/users/role-words.ts'
import classes from './account.module.css'
import { Colours } from './colours.tsx'
import { PasswordForm } from './password-form.tsx'
import { Sessions } from './sessions.tsx'

/** What belongs to the person at the screen. */
export default function Account() {
  const me = useMe()
  if (me === null) return null
  const { name: role, may } = ROLE_WORDS[me.role]
  return (
    <Page title="Account">
      <Section title="Who you are">
        <p className={classes.who}>
          <strong>{me.name}</strong> <Mark>{role}</Mark>
        </p>
        <p className={classes.about}>
          {may} {me.role !== 'admin' && 'An admin can change your role.'}
        </p>
      </Section>
      <div className={classes.pair}>
        <Section title="Password">
          <PasswordForm name={me.name} />
        </Section>
        <div className={classes.column}>
          <Section title="Colours">
            <Colours />
          </Section>
          <Section title="API tokens">
            <p className={classes.about}>
              Scripts and monitors sign in with a token. Yours are under{' '}
              <Link to="/settings/tokens" underline="always">
                Settings, API tokens
              </Link>
              .
            </p>
          </Section>
        </div>
      </div>
      <Sessions />
    </Page>
  )
}
