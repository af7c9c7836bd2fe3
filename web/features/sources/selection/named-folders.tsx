import { CloseButton } from '@mantine/core'
import { plural } from '../../../ui/data/format.ts'
import { type Choice, forget, type Mode } from './selection.ts'
import classes from './selection-editor.module.css'

/** Every folder that is named, wherever it lies: also what is not in sight in the tree, or no longer in Drive. */
export function NamedFolders({ choice, change }: { choice: Choice; change: ((choice: Choice) => void) | null }) {
  const { folders } = choice
  if (folders.length === 0) return null
  return (
    <details className={classes.named}>
      <summary>{plural(folders.length, 'folder')} named</summary>
      <ul>
        {folders.map(({ id, name, mode, gone }) => (
          <li key={id}>
            <span className={classes.namedName}>{name === '' ? id : name}</span>{' '}
            <span className={classes.mode}>{inWords(mode, gone)}</span>
            {change !== null && (
              <CloseButton
                size="sm"
                aria-label={`Take ${name} out of the list, so that it follows the folder around it`}
                onClick={() => change(forget(choice, id))}
              />
            )}
          </li>
        ))}
      </ul>
    </details>
  )
}

function inWords(mode: Mode, gone = false): string {
  if (gone) return 'no longer in Drive: what lay in it follows what is around it'
  return mode === 'include' ? 'backed up' : 'skipped'
}
