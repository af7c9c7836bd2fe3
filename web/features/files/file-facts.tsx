import type { FileDetail } from '../../api/types.ts'
import { Size, Time } from '../../ui/data/amounts.tsx'
import { Fact, Facts } from '../../ui/data/facts.tsx'
import { CopyIconButton } from '../../ui/form/copy.tsx'
import { kindOf } from './file-words.ts'

export function FileFacts({ file }: { file: FileDetail }) {
  return (
    <Facts label="About this file">
      <Fact name="Path in Drive" wide>
        {file.path} <CopyIconButton value={file.path} label="the path" />
      </Fact>
      <Fact name="Kind">
        <span title={file.mime_type}>{kindOf(file)}</span>
      </Fact>
      {file.size !== null && (
        <Fact name="Size in Drive">
          <Size bytes={file.size} />
        </Fact>
      )}
      <Fact name="Modified in Drive">
        <Time at={file.modified_at} />
      </Fact>
      <Fact name="First seen by Drivekeep">
        <Time at={file.first_seen} />
      </Fact>
      {file.removed_at !== null && (
        <Fact name="Deleted in Drive">
          <Time at={file.removed_at} />
        </Fact>
      )}
      <Fact name="Id in Drive" wide>
        <code>{file.drive_id}</code> <CopyIconButton value={file.drive_id} label="the id in Drive" />
      </Fact>
      <Fact name="Type" wide>
        {file.mime_type}
      </Fact>
    </Facts>
  )
}
