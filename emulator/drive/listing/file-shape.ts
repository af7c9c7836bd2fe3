import { type Algorithm, digest } from '../store/content.ts'
import type { Item } from '../store/item.ts'
import { type Mask, parseFields, pick, type Schema } from './fields.ts'
import { GETTERS, type View } from './file-resource.ts'

const USER: Schema = {
  kind: 'leaf',
  displayName: 'leaf',
  me: 'leaf',
  permissionId: 'leaf',
  emailAddress: 'leaf',
  photoLink: 'leaf',
}

export const PERMISSION_SCHEMA: Schema = {
  ...Object.fromEntries(
    [
      'kind',
      'id',
      'type',
      'role',
      'emailAddress',
      'domain',
      'displayName',
      'photoLink',
      'allowFileDiscovery',
      'expirationTime',
      'deleted',
      'pendingOwner',
      'view',
      'inheritedPermissionsDisabled',
    ].map((name) => [name, 'leaf' as const]),
  ),
  permissionDetails: 'open',
  teamDrivePermissionDetails: 'open',
}

const NESTED: Readonly<Record<string, Schema>> = {
  owners: USER,
  trashingUser: USER,
  sharingUser: USER,
  lastModifyingUser: USER,
  permissions: PERMISSION_SCHEMA,
  shortcutDetails: { targetId: 'leaf', targetMimeType: 'leaf', targetResourceKey: 'leaf' },
  linkShareMetadata: { securityUpdateEligible: 'leaf', securityUpdateEnabled: 'leaf' },
  capabilities: 'open',
  properties: 'open',
  appProperties: 'open',
  exportLinks: 'open',
  contentRestrictions: 'open',
  labelInfo: 'open',
  downloadRestrictions: 'open',
  clientEncryptionDetails: 'open',
  contentHints: 'open',
  imageMediaMetadata: 'open',
  videoMediaMetadata: 'open',
}

export const FILE_SCHEMA: Schema = Object.fromEntries(
  Object.keys(GETTERS).map((name) => [name, NESTED[name] ?? 'leaf']),
)

/** What a file resource shows if `fields` does not say. */
const DEFAULT_FIELDS: Mask = new Map(['kind', 'id', 'name', 'mimeType', 'resourceKey'].map((name) => [name, null]))

/** The mask of a single file answer. */
export function fileMask(fields: string | undefined): Mask {
  return fields === undefined ? DEFAULT_FIELDS : parseFields(fields, FILE_SCHEMA, 'file')
}

/** Shows items through one mask; made once for a page. */
export interface FileShape {
  show(item: Item, view: View): Record<string, unknown>
  /** Computes what `show` needs and cannot have at once: checksums of long files. Nothing to wait for gives undefined. */
  prepare(items: readonly Item[]): Promise<void> | undefined
}

const ALGORITHMS: Readonly<Record<string, Algorithm>> = {
  md5Checksum: 'md5',
  sha1Checksum: 'sha1',
  sha256Checksum: 'sha256',
}

const shapes = new WeakMap<Mask, FileShape>()

/** The shape for a mask of the file's own fields; null selects the default ones. */
export function fileShape(chosen: Mask | null): FileShape {
  const mask = chosen ?? DEFAULT_FIELDS
  const known = shapes.get(mask)
  if (known) return known
  const shape = compile(mask)
  shapes.set(mask, shape)
  return shape
}

function compile(mask: Mask): FileShape {
  const names = mask.has('*') ? Object.keys(GETTERS) : [...mask.keys()]
  const columns = names.flatMap((name) => {
    const get = GETTERS[name]
    return get ? [{ name, get, inner: mask.get(name) ?? null }] : []
  })
  const algorithms = names.flatMap((name) => ALGORITHMS[name] ?? [])
  return {
    show(item, view) {
      const shown: Record<string, unknown> = {}
      for (const { name, get, inner } of columns) {
        const value = get(item, view)
        if (value !== undefined) shown[name] = inner === null ? value : pick(value, inner)
      }
      return shown
    },
    prepare(items) {
      const waiting: Promise<string>[] = []
      for (const algorithm of algorithms) {
        for (const { content, checksums } of items) {
          if (!content || checksums === 'none' || (checksums === 'md5' && algorithm !== 'md5')) continue
          const sum = digest(content, algorithm)
          if (typeof sum !== 'string') waiting.push(sum)
        }
      }
      // A file on disk may be gone by now; then it is shown without a checksum until the next look at the folder.
      return waiting.length === 0 ? undefined : Promise.allSettled(waiting).then(() => undefined)
    },
  }
}
