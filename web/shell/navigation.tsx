import { Menu, UnstyledButton } from '@mantine/core'
import { Link, useLocation } from 'wouter'
import type { Status } from '../api/types.ts'
import { PAGES, type PageId } from '../pages.ts'
import { useMe } from '../server/session.ts'
import { number } from '../ui/data/format.ts'
import { Icon, Mark } from '../ui/icons.tsx'
import { ToneShape } from '../ui/state/state-badge.tsx'
import { StateSign } from '../ui/state/state-sign.tsx'
import { AccountItems } from './account-items.tsx'
import { daemonState } from './daemon-state.ts'
import classes from './navigation.module.css'

interface Props {
  /** How many things are wrong. */
  problems: number
  showKeys: () => void
}

const MAIN: PageId[] = ['overview', 'files', 'activity', 'problems', 'sources', 'destinations', 'settings']
const ON_PHONE: PageId[] = ['overview', 'files', 'activity', 'problems']
const BEHIND_MORE: PageId[] = ['sources', 'destinations', 'settings']

/** On a desktop: all pages at the side, the state above them, the account below. */
export function SideBar({ state, act, problems, showKeys }: Props & StateProps) {
  const me = useMe()
  return (
    <header className={classes.side}>
      <Link href="/" className={classes.brand}>
        <Mark /> Drivekeep
      </Link>
      <StateLine state={state} act={act} />
      <nav aria-label="Pages" className={classes.pages}>
        {MAIN.map((id) => (
          <PageLink key={id} id={id} problems={problems} />
        ))}
      </nav>
      <Menu position="top-start" width={240}>
        <Menu.Target>
          <UnstyledButton className={classes.link} aria-label={`Account menu of ${me?.name ?? ''}`}>
            <Icon name="account" /> <span className={classes.name}>{me?.name}</span>
          </UnstyledButton>
        </Menu.Target>
        <Menu.Dropdown>
          <AccountItems showKeys={showKeys} />
        </Menu.Dropdown>
      </Menu>
    </header>
  )
}

/** On a phone: the pages one goes to most at the thumb, the others behind "More". */
export function BottomBar({ problems, showKeys }: Props) {
  const [path, navigate] = useLocation()
  return (
    <nav aria-label="Pages" className={classes.bottom}>
      {ON_PHONE.map((id) => (
        <PageLink key={id} id={id} problems={problems} />
      ))}
      <Menu position="top-end" width={240}>
        <Menu.Target>
          <UnstyledButton className={classes.link} data-current={BEHIND_MORE.some((id) => isIn(path, id)) || undefined}>
            <Icon name="more" /> More
          </UnstyledButton>
        </Menu.Target>
        <Menu.Dropdown>
          {BEHIND_MORE.map((id) => (
            <Menu.Item
              key={id}
              component="a"
              href={PAGES[id].path}
              leftSection={<Icon name={id as never} />}
              onClick={(event) => {
                event.preventDefault()
                navigate(PAGES[id].path)
              }}
            >
              {PAGES[id].name}
            </Menu.Item>
          ))}
          <Menu.Divider />
          <AccountItems showKeys={showKeys} />
        </Menu.Dropdown>
      </Menu>
    </nav>
  )
}

function PageLink({ id, problems }: { id: PageId; problems: number }) {
  const [path] = useLocation()
  const { path: to, name } = PAGES[id]
  const current = isIn(path, id)
  return (
    <Link
      href={to}
      className={classes.link}
      data-current={current || undefined}
      aria-current={current ? 'page' : undefined}
    >
      <Icon name={id} /> {name}
      {id === 'problems' && problems > 0 && (
        <span className={classes.badge} key={problems}>
          {problems > 999 ? '999+' : number(problems)}
          <span className="visually-hidden"> to look at</span>
        </span>
      )}
    </Link>
  )
}

interface StateProps {
  /** Null: not known yet. */
  state: Status['state'] | null
  /** Whether somebody has to act. */
  act: boolean
}

function StateLine({ state, act }: StateProps) {
  if (state === null) return <p className={classes.state}>&nbsp;</p>
  const { word, meaning } = daemonState(state)
  return (
    <p className={classes.state} title={meaning} data-live>
      {act ? <ToneShape tone="act" /> : <StateSign state={state} />}
      <span>
        <span>{word}</span>
        {act && <span>, action needed</span>}
      </span>
    </p>
  )
}

function isIn(path: string, id: PageId): boolean {
  const page = PAGES[id].path
  return path === page || (page !== '/' && path.startsWith(`${page}/`))
}
