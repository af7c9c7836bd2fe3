import { FOLDER } from '../store/kinds.ts'
import type { DriveStore } from '../store/store.ts'

const PER_FOLDER = 500
const TIME = Date.UTC(2026, 8, 1)

/** `count` files of `size` bytes, 500 a folder: small files in number. */
export function fillMany(store: DriveStore, count = 5000, size = 4096): void {
  let parent = store.primary.rootId
  for (let n = 0; n < count; n++) {
    if (n % PER_FOLDER === 0) {
      const name = `batch-${String(n / PER_FOLDER).padStart(4, '0')}`
      parent = store.create({ name, mimeType: FOLDER, createdTime: TIME, modifiedTime: TIME }).id
    }
    const name = `file-${String(n).padStart(7, '0')}.bin`
    store.create({ name, parent, size, createdTime: TIME + n, modifiedTime: TIME + n })
  }
}

/** A few big files. */
export function fillLarge(store: DriveStore, count = 4, size = 2 ** 30): void {
  const { id } = store.create({ name: 'Large files', mimeType: FOLDER, createdTime: TIME, modifiedTime: TIME })
  for (let n = 0; n < count; n++) {
    store.create({ name: `disk-image-${n}.img`, parent: id, size, createdTime: TIME + n, modifiedTime: TIME + n })
  }
}
