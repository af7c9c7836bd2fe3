import { Button } from '@mantine/core'
import { useMediaQuery } from '@mantine/hooks'
import { useWindowVirtualizer } from '@tanstack/react-virtual'
import { memo, useEffect, useRef, useState } from 'react'
import type { Activity } from '../../api/types.ts'
import { Size, Time } from '../../ui/data/amounts.tsx'
import { plural } from '../../ui/data/format.ts'
import { PathName } from '../../ui/data/path-name.tsx'
import { ToneShape } from '../../ui/state/state-badge.tsx'
import { actionTone, actionWord, remark } from './actions.ts'
import { EntryDialog } from './entry-dialog.tsx'
import classes from './entry-list.module.css'
import type { Newest } from './use-newest.ts'

const ROW = 40
const ROW_ON_PHONE = 68

/** Only the rows in view exist. */
export function EntryList({ newest, atEnd }: { newest: Newest; atEnd: () => void }) {
  const { entries, heldBack, atTop } = newest
  const top = useRef<HTMLDivElement>(null)
  const height = useMediaQuery('(max-width: 48em)') ? ROW_ON_PHONE : ROW
  const [offset, setOffset] = useState(0)
  const [opened, setOpened] = useState<Activity | null>(null)
  const rows = useWindowVirtualizer({
    count: entries.length,
    estimateSize: () => height,
    overscan: 12,
    scrollMargin: offset,
  })
  const shown = rows.getVirtualItems()
  const last = shown.at(-1)?.index ?? 0

  useEffect(() => rows.measure(), [height, rows])
  useEffect(() => {
    if (last >= entries.length - 20) atEnd()
  }, [last, entries.length, atEnd])
  useEffect(() => {
    const mark = top.current
    if (mark === null) return
    setOffset(mark.getBoundingClientRect().top + window.scrollY)
    const observer = new IntersectionObserver(([seen]) => atTop(seen?.isIntersecting ?? true))
    observer.observe(mark)
    return () => observer.disconnect()
  }, [atTop])

  return (
    <>
      <div ref={top} className={classes.top} />
      <HeldBack count={heldBack} show={() => window.scrollTo({ top: 0 })} />
      <ol
        className={classes.list}
        style={{ height: rows.getTotalSize() }}
        aria-label="What happened, newest first"
        data-live
      >
        {shown.map(({ index, start }) => {
          const entry = entries[index]
          return entry && <Row key={entry.id} entry={entry} top={start - offset} height={height} open={setOpened} />
        })}
      </ol>
      <EntryDialog entry={opened} close={() => setOpened(null)} />
    </>
  )
}

/** Stands over the list, so that it moves nothing. */
function HeldBack({ count, show }: { count: number | null; show: () => void }) {
  return (
    <div className={classes.heldBack} role="status">
      {count !== 0 && (
        <Button size="compact-sm" onClick={show}>
          {count === null ? 'Much has happened: show' : `${plural(count, 'new entry', 'new entries')}: show`}
        </Button>
      )}
    </div>
  )
}

interface RowProps {
  entry: Activity
  top: number
  height: number
  open: (entry: Activity) => void
}

const Row = memo(function Row({ entry, top, height, open }: RowProps) {
  const said = remark(entry)
  return (
    <li className={classes.row} style={{ height, transform: `translateY(${top}px)` }}>
      <ToneShape tone={actionTone(entry.action)} />
      <span className={classes.action}>{actionWord(entry.action)}</span>
      <span className={classes.path}>{entry.path !== null && <PathName path={entry.path} file={entry.file} />}</span>
      <button type="button" className={classes.remark} onClick={() => open(entry)} aria-label={`Details: ${said}`}>
        {said === '' ? 'Details' : said}
      </button>
      <span className={classes.size}>{entry.bytes !== null && <Size bytes={entry.bytes} />}</span>
      <span className={classes.time}>
        <Time at={entry.at} style="short" />
      </span>
    </li>
  )
})
