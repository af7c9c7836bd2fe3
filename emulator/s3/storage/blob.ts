/** The bytes of one upload or part: complete, checked and never changed again. Copies share it by reference. */
export interface Blob {
  readonly size: number
  /** Names the bytes in a store that outlives the process; '' elsewhere. */
  readonly id: string
  /** Whether its bytes were kept. */
  readonly readable: boolean
  /** The bytes from `start` to before `end`. */
  read(start: number, end: number): Iterable<Buffer> | AsyncIterable<Buffer>
  /** One more version refers to it. */
  retain(): void
  /** One version less refers to it; the last one frees it. */
  release(): void
}

/** Takes bytes that nobody can see until `commit`. */
export interface BlobWriter {
  /** Takes a chunk, which the caller must not reuse. A promise means: wait, or memory fills. */
  write(chunk: Buffer): Promise<void> | void
  commit(): Promise<Blob> | Blob
  abort(): Promise<void> | void
}

export interface BlobStore {
  writer(): BlobWriter
  /** Whether all bytes can be read back. */
  readonly readable: boolean
}

/** Keeps bodies in memory. */
export const memoryBlobs: BlobStore = {
  readable: true,
  writer() {
    const chunks: Buffer[] = []
    let size = 0
    return {
      write(chunk) {
        // A small chunk is a slice of the socket's buffer of 64 KiB: kept as it is, it would keep all of that.
        chunks.push(chunk.length * 2 < chunk.buffer.byteLength ? Buffer.from(chunk) : chunk)
        size += chunk.length
      },
      commit: () => new MemoryBlob(chunks, size),
      abort() {},
    }
  },
}

class MemoryBlob implements Blob {
  readonly id = ''
  readonly readable = true
  readonly size: number
  readonly #chunks: readonly Buffer[]

  constructor(chunks: readonly Buffer[], size: number) {
    this.#chunks = chunks
    this.size = size
  }

  read(start: number, end: number): Buffer[] {
    const found: Buffer[] = []
    let at = 0
    for (const chunk of this.#chunks) {
      if (at < end && at + chunk.length > start) {
        found.push(chunk.subarray(Math.max(0, start - at), Math.min(chunk.length, end - at)))
      }
      at += chunk.length
    }
    return found
  }

  retain(): void {}

  release(): void {}
}

/** So small is what programs write to find it again, such as Drivekeep's marker. */
const KEPT_BYTES = 512

/** Keeps sizes, and the bytes of tiny bodies: for benchmarks, where the others would fill memory or measure the disk. */
export const discardedBlobs: BlobStore = {
  readable: false,
  writer() {
    let size = 0
    let kept: Buffer | null = Buffer.alloc(0)
    return {
      write(chunk) {
        size += chunk.length
        kept = kept === null || size > KEPT_BYTES ? null : Buffer.concat([kept, chunk])
      },
      commit: () => (kept === null ? discarded(size) : new MemoryBlob([kept], size)),
      abort() {},
    }
  },
}

function discarded(size: number): Blob {
  return {
    size,
    id: '',
    readable: false,
    read(): never {
      throw new Error('a discarded body was read')
    },
    retain() {},
    release() {},
  }
}

/** The bytes of several blobs end to end, from `start` to before `end`. */
export async function* readBlobs(blobs: readonly Blob[], start: number, end: number): AsyncGenerator<Buffer> {
  let at = 0
  for (const blob of blobs) {
    if (at < end && at + blob.size > start) yield* blob.read(Math.max(0, start - at), Math.min(blob.size, end - at))
    at += blob.size
  }
}
