import { useQuery } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import { useForbidden, useMe } from '../../../server/session.ts'
import { Entries } from '../../../ui/data/entries.tsx'
import { ExplainedButton } from '../../../ui/data/explained.tsx'
import { FormDialog } from '../../../ui/form/form-dialog.tsx'
import { EmptyState } from '../../../ui/page/empty-state.tsx'
import { Link } from '../../../ui/page/link.tsx'
import { Loaded, LoadingLines } from '../../../ui/page/loaded.tsx'
import { Section } from '../../../ui/page/section.tsx'
import { usersQuery } from '../queries.ts'
import settingsClasses from '../settings.module.css'
import { AddUserForm } from './add-user-form.tsx'
import { UserEntry } from './user-entry.tsx'

/** Who may come in, and what they may do. */
export function Users() {
  const forbidden = useForbidden('admin')
  if (forbidden === null) return <UserList />
  return (
    <Section title="Users">
      <EmptyState title="Users are shown to admins" action={<Link to="/account">Your own account</Link>}>
        {forbidden}
      </EmptyState>
    </Section>
  )
}

function UserList() {
  const query = useQuery(usersQuery)
  const me = useMe()
  const [adding, setAdding] = useState(false)
  const list = useRef<HTMLUListElement>(null)
  const close = () => setAdding(false)
  return (
    <Section
      title="Users"
      flush
      aside={
        <ExplainedButton because={null} size="sm" onClick={() => setAdding(true)}>
          Add a user
        </ExplainedButton>
      }
    >
      <p className={settingsClasses.intro}>Everybody who may sign in, and what they may do.</p>
      <Loaded query={query} loading={<LoadingLines lines={3} height={48} />}>
        {({ users }) => (
          <Entries label="Users" ref={list}>
            {users.map((user) => (
              <UserEntry
                key={user.id}
                user={user}
                users={users}
                own={user.id === me?.id}
                gone={() => list.current?.focus()}
              />
            ))}
          </Entries>
        )}
      </Loaded>
      <FormDialog opened={adding} close={close} title="Add a user">
        <AddUserForm close={close} />
      </FormDialog>
    </Section>
  )
}
