import { Menu } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useLocation } from 'wouter'
import { signOut } from '../api/operations.ts'
import { useSignedIn } from '../server/session.ts'
import { Icon } from '../ui/icons.tsx'
import { ColourScheme } from '../ui/page/colour-scheme.tsx'
import classes from './account-items.module.css'

/** What belongs to the person at the screen: the account, the colours, the keys, the way out. */
export function AccountItems({ showKeys }: { showKeys: () => void }) {
  const [, navigate] = useLocation()
  const signedIn = useSignedIn()
  const leave = useMutation({ mutationFn: () => signOut(), onSuccess: () => signedIn(null) })
  return (
    <>
      <div className={classes.scheme}>
        <ColourScheme compact />
      </div>
      <Menu.Divider />
      <Menu.Item
        component="a"
        href="/account"
        leftSection={<Icon name="account" />}
        onClick={(event) => {
          event.preventDefault()
          navigate('/account')
        }}
      >
        Account
      </Menu.Item>
      <Menu.Item leftSection={<Icon name="keyboard" />} onClick={showKeys}>
        Keyboard shortcuts
      </Menu.Item>
      <Menu.Item
        leftSection={<Icon name="signOut" />}
        closeMenuOnClick={false}
        disabled={leave.isPending}
        onClick={() => leave.mutate()}
      >
        Sign out
      </Menu.Item>
      {leave.error !== null && (
        <p className={classes.failure} role="alert">
          {leave.error.message}
        </p>
      )}
    </>
  )
}
