import { Checkbox, NumberInput, Radio, Stack } from '@mantine/core'
import { type ReactNode, useState } from 'react'
import type { Selection } from '../../../api/types.ts'
import { Notice } from '../../../ui/state/notice.tsx'
import { FolderTree } from './folder-tree.tsx'
import { NamedFolders } from './named-folders.tsx'
import { complaintAbout, warningAbout } from './recent-days.ts'
import {
  type Choice,
  chooseAll,
  clicked,
  indexed,
  inWords,
  MOST_FOLDERS,
  nothingChosen,
  sameChoice,
  shareOfAll,
} from './selection.ts'
import classes from './selection-editor.module.css'

const GOOGLE_DRIVE = 'google_drive'

interface Edited {
  selection: Selection
  changed: boolean
  /** Why it cannot be saved; null: it can. */
  complaint: string | null
}

interface Props {
  source: string
  /** Whether there are other sources: what holds for all of them is chosen at google_drive. */
  several?: boolean
  selection: Selection
  /** Why it can only be looked at; null: it can be changed. */
  locked: string | null
  /** The buttons, which know what is on the screen now. */
  children: (edited: Edited) => ReactNode
}

/** What to back up: everything or chosen folders, and from when on. Begins with `selection` and keeps what is typed until it is saved. */
export function SelectionEditor({ source, several = false, selection, locked, children }: Props) {
  const withAge = source === GOOGLE_DRIVE
  const [choice, setChoice] = useState<Choice>(selection)
  const [byFolder, setByFolder] = useState(!sameChoice(selection, chooseAll('include')))
  const [limited, setLimited] = useState(selection.recent_days > 0)
  const [days, setDays] = useState<number | string>(selection.recent_days || 365)
  const now = byFolder ? choice : chooseAll('include')
  const recentDays = limited && typeof days === 'number' ? days : 0
  const edited: Selection = {
    rest: now.rest,
    folders: now.folders.map(({ id, name, mode, ancestors, gone = false }) => {
      return { id, name, mode, ancestors: [...ancestors], gone }
    }),
    recent_days: withAge ? recentDays : selection.recent_days,
  }
  const complaint = complaintIn(now, withAge && limited ? days : 1)
  const changed = !sameChoice(now, selection) || edited.recent_days !== selection.recent_days
  const disabled = locked !== null
  return (
    <Stack gap="lg">
      <Radio.Group
        label="Which files"
        value={byFolder ? 'folders' : 'everything'}
        onChange={(value) => setByFolder(value === 'folders')}
      >
        <Stack gap="xs" mt="xs">
          <Radio
            value="everything"
            label="Everything"
            description="All of the drive, what is shared with you included, and whatever comes to it."
            disabled={disabled}
          />
          <Radio
            value="folders"
            label="Folders that I choose"
            description="Tick what is to be backed up. Untick subfolders to skip them."
            disabled={disabled}
          />
        </Stack>
      </Radio.Group>
      {byFolder && <FolderChoice source={source} choice={choice} change={disabled ? null : setChoice} />}
      {withAge && (
        <Radio.Group
          label={several ? 'How old, in every account' : 'How old'}
          value={limited ? 'recent' : 'all'}
          onChange={(value) => setLimited(value === 'recent')}
        >
          <Stack gap="xs" mt="xs">
            <Radio
              value="all"
              label="All files, however old"
              description="What a backup should do."
              disabled={disabled}
            />
            <Radio
              value="recent"
              label="Only files modified lately"
              description="For a first trial. Whatever is changed later is backed up in any case."
              disabled={disabled}
            />
          </Stack>
        </Radio.Group>
      )}
      {withAge && limited && (
        <div className={classes.days}>
          <NumberInput
            label="Days back from the first scan"
            value={days}
            onChange={setDays}
            min={1}
            max={36_500}
            allowDecimal={false}
            error={complaintAbout(days)}
            disabled={disabled}
            className={classes.number}
          />
          {typeof days === 'number' && days > 0 && <Notice tone="mending">{warningAbout(days)}</Notice>}
        </div>
      )}
      {children({ selection: edited, changed, complaint })}
    </Stack>
  )
}

interface FolderChoiceProps {
  source: string
  choice: Choice
  change: ((choice: Choice) => void) | null
}

function FolderChoice({ source, choice, change }: FolderChoiceProps) {
  const share = shareOfAll(indexed(choice))
  return (
    <div className={classes.folders}>
      <Checkbox
        label="The whole drive"
        checked={share === 'all'}
        indeterminate={share === 'part'}
        disabled={change === null}
        onChange={() => change?.(chooseAll(clicked(share)))}
      />
      <FolderTree source={source} choice={choice} change={change} label="Folders of the drive" />
      <p className={classes.words} role="status">
        {inWords(choice)}{' '}
        {choice.rest === 'include'
          ? 'Folders that are made later are backed up too.'
          : 'Folders that are made later elsewhere are skipped.'}
      </p>
      <NamedFolders choice={choice} change={change} />
    </div>
  )
}

function complaintIn(choice: Choice, days: number | string): string | null {
  if (nothingChosen(choice)) return 'Tick at least one folder: as it is, nothing would be backed up.'
  if (choice.folders.length > MOST_FOLDERS)
    return 'These are more single folders than can be kept. Tick the folders around them.'
  return complaintAbout(days)
}
