import type { Copy, DueFile } from '../model/catalog.ts'
import type { Head, Stored } from '../model/destination.ts'

/** What lies under a key, judged by what storage says of it and by the labels of the object. */
export type Finding =
  | { is: 'nothing' }
  /** The very content that is to be stored there. */
  | { is: 'wanted'; head: Head }
  /** A content of a file that Drivekeep stored, this one's or another's. */
  | { is: 'ours'; head: Head; fileId: string; revision: string }
  /** Without our labels: another program's. */
  | { is: 'foreign'; head: Head }

/**
 * Pure. `wanted`: what is to be stored under the key, if anything. `known`: the copy that the catalog knows there; where the
 * object is that copy, the catalog's word counts more than labels that another program may have dropped.
 */
export function judge(
  head: Head | null,
  wanted: Pick<DueFile, 'item' | 'revision'> | null,
  known: Copy | null,
): Finding {
  if (head === null) return { is: 'nothing' }
  const { fileId, revision } = head
  const labelled = fileId !== null && revision !== null
  if (labelled && wanted !== null && fileId === wanted.item.id && revision === wanted.revision && fits(head, wanted))
    return { is: 'wanted', head }
  if (known !== null && isCopy(head, known)) {
    const as = { fileId: known.fileId, revision: known.revision }
    return { is: 'ours', head: { ...head, ...as }, ...as }
  }
  return labelled ? { is: 'ours', head, fileId, revision } : { is: 'foreign', head }
}

/** Labels can be copied onto other bytes: size and checksum have to agree with them. */
function fits({ size, sha256 }: Head, { item: { content } }: Pick<DueFile, 'item'>): boolean {
  return content.kind !== 'blob' || (size === content.size && (content.sha256 ?? sha256) === sha256)
}

/** Whether the object is this copy, whatever ETag it has by now: programs that rewrite an object in place change that. */
export function isCopy(head: Head | null, copy: Copy): head is Head {
  if (head === null) return false
  if (head.etag !== null && head.etag === copy.etag) return true
  const sameContent =
    head.size === copy.size && (copy.sha256 === null || head.sha256 === null || head.sha256 === copy.sha256)
  return head.fileId === copy.fileId && head.revision === copy.revision && sameContent
}

export function storedAs({ size, etag, versionId, sha256 }: Head): Stored {
  return { size, etag, versionId, sha256, md5: null }
}
