import { useWindowVirtualizer } from '@tanstack/react-virtual'
import { memo, useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react'
import { Link } from 'wouter'
import type { File } from '../../api/types.ts'
import { Size, Time } from '../../ui/data/amounts.tsx'
import { nameAndFolder } from '../../ui/data/format.ts'
import { StateBadge } from '../../ui/state/state-badge.tsx'
import { linkTo } from './address.ts'
import { FileIcon } from './file-icon.tsx'
import { kindOf, stateOf, whereabouts } from './file-words.ts'
import classes from './files.module.css'

interface Props {
  files: readonly File[]
  /** No more will come. */
  complete: boolean
  /** Of a search: each with the folder it lies in. */
  withFolders: boolean
  more: (seen: number) => void
}

const ROW = 45

/** A list of any length: only the rows near the screen are there, between two empty ones as high as the rest. */
export function FileRows({ files, complete, withFolders, more }: Props) {
  const body = useRef<HTMLTableSectionElement>(null)
  const [top, setTop] = useState(0)
  useLayoutEffect(() => setTop((body.current?.getBoundingClientRect().top ?? 0) + window.scrollY), [])
  const getItemKey = useCallback((at: number) => files[at]?.id ?? at, [files])
  const virtual = useWindowVirtualizer({
    count: files.length,
    estimateSize: () => ROW,
    overscan: 10,
    scrollMargin: top,
    getItemKey,
  })
  const rows = virtual.getVirtualItems()
  const last = rows.at(-1)
  const seen = last?.index ?? 0
  const tell = useRef(more)
  tell.current = more
  useEffect(() => tell.current(seen), [seen])
  return (
    <div className={classes.frame}>
      <table className={classes.table} aria-label="Files" aria-rowcount={complete ? files.length + 1 : -1}>
        <colgroup>
          <col />
          <col className={classes.stateColumn} />
          <col className={classes.sizeColumn} />
          <col className={classes.timeColumn} />
        </colgroup>
        <thead>
          <tr aria-rowindex={1}>
            <th scope="col">Name</th>
            <th scope="col">State</th>
            <th scope="col">Size</th>
            <th scope="col">Modified</th>
          </tr>
        </thead>
        <tbody ref={body}>
          <Gap height={(rows[0]?.start ?? top) - top} />
          {rows.map(({ index, key }) => {
            const file = files[index]
            return file === undefined ? null : (
              <tr key={key} aria-rowindex={index + 2} data-index={index} ref={virtual.measureElement}>
                <Cells file={file} withFolder={withFolders} />
              </tr>
            )
          })}
          <Gap height={virtual.getTotalSize() - ((last?.end ?? top) - top)} />
        </tbody>
      </table>
    </div>
  )
}

function Gap({ height }: { height: number }) {
  return height <= 0 ? null : (
    // biome-ignore lint/a11y/noAriaHiddenOnFocusable: a row without cells to go to cannot be focused
    <tr aria-hidden="true" className={classes.gap}>
      <td colSpan={4} style={{ height }} />
    </tr>
  )
}

const Cells = memo(function Cells({ file, withFolder }: { file: File; withFolder: boolean }) {
  const state = stateOf(file)
  const gone = whereabouts(file)
  const to = file.kind === 'folder' ? linkTo({ folder: file.id, source: file.source }) : `/files/${file.id}`
  const { folder } = nameAndFolder(file.path)
  return (
    <>
      <td>
        <div className={classes.nameCell}>
          <FileIcon kind={file.kind} />
          <div className={classes.nameText}>
            <Link href={to} className={classes.name} title={file.name}>
              {file.name}
            </Link>
            <div className={classes.under}>
              <span className="visually-hidden">{kindOf(file)}</span>
              {withFolder && <span title={folder}>{folder === '' ? 'at the top' : folder}</span>}
              {gone !== null && <span className={classes.gone}>{gone}</span>}
              {file.kind !== 'folder' && (
                <span className={classes.onPhone}>
                  {file.size !== null && (
                    <>
                      <Size bytes={file.size} />,{' '}
                    </>
                  )}
                  <Time at={file.modified_at} style="short" />
                </span>
              )}
            </div>
          </div>
        </div>
      </td>
      <td>{state !== null && <StateBadge tone={state.tone}>{state.word}</StateBadge>}</td>
      <td>{file.size !== null && <Size bytes={file.size} />}</td>
      <td>{file.kind !== 'folder' && <Time at={file.modified_at} style="short" />}</td>
    </>
  )
})
