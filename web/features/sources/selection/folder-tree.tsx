import { Loader } from '@mantine/core'
import { defaultRangeExtractor, useVirtualizer } from '@tanstack/react-virtual'
import { type KeyboardEvent, useCallback, useEffect, useId, useMemo, useRef, useState } from 'react'
import classes from './folder-tree.module.css'
import { type Choice, choose, clicked, indexed, type Share, shareOf } from './selection.ts'
import { keyAction, typedTo } from './tree-keys.ts'
import { type FolderRow, type TreeRow, treeRows } from './tree-rows.ts'
import { useFolders } from './use-folders.ts'

interface Props {
  /** Whose folders. */
  source: string
  choice: Choice
  /** Null: it can only be looked at. */
  change: ((choice: Choice) => void) | null
  label: string
}

const ROW = 36
const CHECKED: Record<Share, boolean | 'mixed'> = { all: true, none: false, part: 'mixed' }

/**
 * The folders of My Drive, loaded as they are opened, with a box each. The focus stays on the tree and says which row is
 * meant (aria-activedescendant), since of 100,000 rows only those in sight are there.
 */
export function FolderTree({ source, choice, change, label }: Props) {
  const id = useId()
  const { opened, open, close, more, again } = useFolders(source)
  const rows = useMemo(() => treeRows(opened), [opened])
  const index = useMemo(() => indexed(choice), [choice])
  const [active, setActive] = useState(0)
  const scroller = useRef<HTMLDivElement>(null)
  const at = Math.min(active, Math.max(0, rows.length - 1))
  // The same function while the rows are the same: with another one all of 100,000 are measured anew.
  const getItemKey = useCallback((row: number) => keyOf(rows[row]), [rows])
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW,
    overscan: 8,
    getItemKey,
    // The row that is meant is always there, also when it has been scrolled away.
    rangeExtractor: (range) => [...new Set([...defaultRangeExtractor(range), at])].sort((a, b) => a - b),
  })
  const toggle = (row: FolderRow) => change?.(choose(choice, row, clicked(shareOf(index, row))))
  const typed = useTyped()
  const press = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    const letter = event.key.length === 1 && event.key !== ' ' ? typed(event.key) : null
    const action =
      letter === null ? keyAction(event.key, rows, at) : { do: 'move' as const, to: typedTo(letter, rows, at) }
    if (action === null) return
    event.preventDefault()
    event.stopPropagation() // a letter typed here is no shortcut
    if (action.do === 'move') {
      setActive(action.to)
      virtual.scrollToIndex(action.to)
    } else if (action.do === 'again') again(action.parent)
    else if (action.do === 'open') open(action.id)
    else if (action.do === 'close') close(action.id)
    else if (rows[at]?.kind === 'folder') toggle(rows[at])
  }
  return (
    <div
      ref={scroller}
      role="tree"
      aria-label={label}
      aria-activedescendant={rows.length > 0 ? `${id}-${at}` : undefined}
      tabIndex={0}
      className={classes.tree}
      onKeyDown={press}
    >
      <div role="presentation" style={{ height: virtual.getTotalSize(), position: 'relative' }}>
        {virtual.getVirtualItems().map(({ index: row, key, start }) => {
          const shown = rows[row]
          const common = {
            id: `${id}-${row}`,
            active: row === at,
            offset: start,
            select: () => setActive(row),
          }
          if (shown === undefined) return null
          if (shown.kind === 'folder') {
            return (
              <Folder
                key={key}
                {...common}
                row={shown}
                share={shareOf(index, shown)}
                toggle={change === null ? null : () => toggle(shown)}
                turn={() => (shown.shape === 'open' ? close(shown.id) : open(shown.id))}
              />
            )
          }
          return <Waiting key={key} {...common} row={shown} at={row} more={more} again={again} />
        })}
      </div>
    </div>
  )
}

interface RowProps {
  id: string
  active: boolean
  offset: number
  select: () => void
}

interface FolderProps extends RowProps {
  row: FolderRow
  share: Share
  toggle: (() => void) | null
  turn: () => void
}

function Folder({ id, row, active, offset, share, select, toggle, turn }: FolderProps) {
  const { name, level, position, siblings, shape } = row
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: keys belong to the tree, which has the focus
    <div
      id={id}
      role="treeitem"
      tabIndex={-1}
      aria-level={level}
      aria-posinset={position}
      aria-setsize={siblings}
      aria-expanded={shape === 'leaf' ? undefined : shape === 'open'}
      aria-checked={CHECKED[share]}
      aria-disabled={toggle === null || undefined}
      className={classes.row}
      data-active={active || undefined}
      style={{ transform: `translateY(${offset}px)`, paddingInlineStart: indent(level) }}
      onClick={select}
    >
      {/* biome-ignore lint/a11y/noStaticElementInteractions lint/a11y/useKeyWithClickEvents: the arrow keys do the same */}
      <span className={classes.turn} data-shape={shape} onClick={shape === 'leaf' ? undefined : turn} />
      {/* biome-ignore lint/a11y/noStaticElementInteractions lint/a11y/useKeyWithClickEvents: the space bar does the same */}
      <span className={classes.label} onClick={toggle ?? undefined}>
        <Box share={share} />
        <span className={classes.name} title={name}>
          {name}
        </span>
      </span>
      {share === 'part' && <span className={classes.part}>in part</span>}
    </div>
  )
}

function Box({ share }: { share: Share }) {
  return (
    <svg className={classes.box} data-share={share} width="20" height="20" viewBox="0 0 20 20" aria-hidden="true">
      <rect x="1" y="1" width="18" height="18" rx="4" />
      {share === 'all' && <path d="m5.5 10.3 3 3 6-6.5" />}
      {share === 'part' && <path d="M5.5 10h9" />}
    </svg>
  )
}

interface WaitingProps extends RowProps {
  row: Exclude<TreeRow, FolderRow>
  at: number
  more: (parent: string | null) => void
  again: (parent: string | null) => void
}

/** Stands for folders that are not there yet. Coming into sight is asking for them. */
function Waiting({ id, row, at, active, offset, select, more, again }: WaitingProps) {
  const { kind, parent, level, message } = row
  // With `at`: a page that was there already only moves this row down
  useEffect(() => {
    if (kind === 'more') more(parent)
  }, [kind, parent, at, more])
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: keys belong to the tree, which has the focus
    <div
      id={id}
      role="treeitem"
      tabIndex={-1}
      aria-level={level}
      className={classes.row}
      data-active={active || undefined}
      style={{ transform: `translateY(${offset}px)`, paddingInlineStart: indent(level) }}
      onClick={() => {
        select()
        if (kind === 'failed') again(parent)
      }}
    >
      <span className={classes.turn} data-shape="leaf" />
      {kind === 'failed' ? (
        <span className={classes.failed}>{message} Press to try again.</span>
      ) : (
        <>
          <Loader size={14} /> <span className={classes.part}>Loading folders…</span>
        </>
      )}
    </div>
  )
}

function indent(level: number): string {
  // Deep trees stay on a phone's screen.
  return `${0.25 + Math.min(level - 1, 12) * 1.25}rem`
}

function keyOf(row: TreeRow | undefined): string {
  if (row === undefined) return ''
  return row.kind === 'folder' ? `${row.ancestors.length} ${row.id}` : `${row.kind} ${row.parent}`
}

const TYPING_PAUSE = 700

/** What has been typed in one go, with this letter. */
function useTyped(): (letter: string) => string {
  const state = useRef({ text: '', at: 0 })
  return (letter) => {
    const now = performance.now()
    const text = now - state.current.at < TYPING_PAUSE ? state.current.text + letter : letter
    state.current = { text, at: now }
    return text
  }
}
