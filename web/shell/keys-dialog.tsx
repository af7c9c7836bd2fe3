import { Kbd, Modal, Switch } from '@mantine/core'
import { useState } from 'react'
import { GO_TO } from './keys.ts'
import classes from './keys-dialog.module.css'
import { keysAreOn, turnKeys } from './use-keys.ts'

export function KeysDialog({ opened, close }: { opened: boolean; close: () => void }) {
  const [on, setOn] = useState(keysAreOn)
  return (
    <Modal opened={opened} onClose={close} title="Keyboard shortcuts" closeButtonProps={{ 'aria-label': 'Close' }}>
      <table className={classes.keys}>
        <tbody>
          <Key keys={['/']} does="Search" />
          <Key keys={['?']} does="Show these keys" />
          {Object.entries(GO_TO).map(([key, { name }]) => (
            <Key key={key} keys={['g', key]} does={`Go to ${name}`} />
          ))}
        </tbody>
      </table>
      <Switch
        label="Use these keys"
        checked={on}
        onChange={(event) => {
          turnKeys(event.currentTarget.checked)
          setOn(event.currentTarget.checked)
        }}
      />
    </Modal>
  )
}

function Key({ keys, does }: { keys: string[]; does: string }) {
  return (
    <tr>
      <th scope="row">
        {keys.map((key) => (
          <Kbd key={key}>{key}</Kbd>
        ))}
      </th>
      <td>{does}</td>
    </tr>
  )
}
