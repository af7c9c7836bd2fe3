import { Modal } from '@mantine/core'
import type { Activity } from '../../api/types.ts'
import { Fact, Facts } from '../../ui/data/facts.tsx'
import { duration, exactBytes, exactTime } from '../../ui/data/format.ts'
import { Link } from '../../ui/page/link.tsx'
import { actionWord, remark } from './actions.ts'

/** All that is known of one entry, unshortened. */
export function EntryDialog({ entry, close }: { entry: Activity | null; close: () => void }) {
  const title = entry === null ? '' : actionWord(entry.action)
  return (
    <Modal opened={entry !== null} onClose={close} title={title} size="lg" closeButtonProps={{ 'aria-label': 'Close' }}>
      {entry !== null && <About entry={entry} />}
    </Modal>
  )
}

function About({ entry }: { entry: Activity }) {
  const said = remark(entry)
  return (
    <Facts label="About it">
      <Fact name="When">{exactTime(entry.at)}</Fact>
      {entry.path !== null && (
        <Fact name="File">
          {entry.file === null ? entry.path : <Link to={`/files/${entry.file}`}>{entry.path}</Link>}
        </Fact>
      )}
      {said !== '' && <Fact name="What">{said}</Fact>}
      {entry.bytes !== null && <Fact name="Size">{exactBytes(entry.bytes)}</Fact>}
      {entry.duration_ms !== null && (
        <Fact name="Took">
          {entry.duration_ms < 1000 ? `${entry.duration_ms} ms` : duration(entry.duration_ms / 1000)}
        </Fact>
      )}
    </Facts>
  )
}
