import { randomUUID } from 'node:crypto'
import { createReadStream, mkdirSync, readdirSync, rmSync, unlinkSync } from 'node:fs'
import { type FileHandle, open, rename, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import type { Blob, BlobStore, BlobWriter } from './blob.ts'

const BLOCK = 1024 * 1024

/**
 * Keeps each blob in a file of its own. A file is written under `incoming/` and renamed into `blobs/` when it is
 * complete, so whatever lies in `blobs/` is whole. Survives the death of the process, not of the machine: no fsync.
 */
export class FolderBlobs implements BlobStore {
  readonly readable = true
  readonly #folder: string
  readonly #references = new Map<string, number>()
  #settled = false

  constructor(folder: string) {
    this.#folder = folder
    mkdirSync(join(folder, 'blobs'), { recursive: true })
    rmSync(join(folder, 'incoming'), { recursive: true, force: true })
    mkdirSync(join(folder, 'incoming'))
  }

  writer(): BlobWriter {
    return new FolderWriter(join(this.#folder, 'incoming', randomUUID()), async (path, size) => {
      const id = randomUUID()
      await rename(path, this.#path(id))
      this.#references.set(id, 1)
      return this.reopen(id, size)
    })
  }

  /** A blob named by the index. Nothing is counted or removed before `settle`. */
  reopen(id: string, size: number): Blob {
    const path = this.#path(id)
    return {
      id,
      readable: true,
      size,
      read(start, end) {
        if (start === end) return []
        return createReadStream(path, { start, end: end - 1, highWaterMark: BLOCK })
      },
      retain: () => {
        this.#references.set(id, (this.#references.get(id) ?? 0) + 1)
      },
      release: () => {
        const left = (this.#references.get(id) ?? 1) - 1
        this.#references.set(id, left)
        if (left > 0 || !this.#settled) return
        this.#references.delete(id)
        unlinkSync(path)
      },
    }
  }

  /**
   * Ends the reading of the index: only what is live keeps its file. Others were left by a death between a rename
   * and its index entry, or between an index entry and the removal it caused.
   */
  settle(live: Iterable<Blob>): void {
    this.#references.clear()
    for (const blob of live) blob.retain()
    for (const id of readdirSync(join(this.#folder, 'blobs'))) {
      if (!this.#references.has(id)) unlinkSync(this.#path(id))
    }
    this.#settled = true
  }

  #path(id: string): string {
    return join(this.#folder, 'blobs', id)
  }
}

class FolderWriter implements BlobWriter {
  readonly #path: string
  readonly #finish: (path: string, size: number) => Promise<Blob>
  #file: Promise<FileHandle>
  #waiting: Buffer[] = []
  #waitingBytes = 0
  #size = 0

  constructor(path: string, finish: (path: string, size: number) => Promise<Blob>) {
    this.#path = path
    this.#finish = finish
    this.#file = open(path, 'wx')
    this.#file.catch(() => {}) // reported by whichever call waits for it
  }

  write(chunk: Buffer): Promise<void> | void {
    this.#waiting.push(chunk)
    this.#waitingBytes += chunk.length
    this.#size += chunk.length
    if (this.#waitingBytes >= BLOCK) return this.#flush()
  }

  async commit(): Promise<Blob> {
    await this.#flush()
    await (await this.#file).close()
    return this.#finish(this.#path, this.#size)
  }

  async abort(): Promise<void> {
    await (await this.#file).close()
    await unlink(this.#path)
  }

  async #flush(): Promise<void> {
    const chunks = this.#waiting
    this.#waiting = []
    this.#waitingBytes = 0
    if (chunks.length > 0) await (await this.#file).writev(chunks)
  }
}
