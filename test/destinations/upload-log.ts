import type { FinishedPart, UploadLog, UploadUnderWay } from '../../src/backup/model/destination.ts'

/** An UploadLog in memory; a test can wait for a part to be recorded. */
export class MemoryUploadLog implements UploadLog {
  readonly #uploads = new Map<string, UploadUnderWay>()
  #waiting: { parts: number; go: () => void }[] = []

  async find(destination: string, key: string): Promise<UploadUnderWay | null> {
    const upload = this.#uploads.get(`${destination}\0${key}`)
    return upload === undefined ? null : structuredClone(upload)
  }

  async begin(upload: Omit<UploadUnderWay, 'parts'>): Promise<void> {
    this.#uploads.set(`${upload.destination}\0${upload.key}`, { ...upload, parts: [] })
  }

  async part(destination: string, key: string, part: FinishedPart): Promise<void> {
    const upload = this.#uploads.get(`${destination}\0${key}`)
    if (upload === undefined) throw new Error(`no upload of ${key}`)
    upload.parts = [...upload.parts.filter(({ number }) => number !== part.number), { ...part }]
    upload.parts.sort((a, b) => a.number - b.number)
    for (const waiter of this.#waiting) if (upload.parts.length >= waiter.parts) waiter.go()
  }

  async end(destination: string, key: string): Promise<void> {
    this.#uploads.delete(`${destination}\0${key}`)
  }

  all(): UploadUnderWay[] {
    return structuredClone([...this.#uploads.values()])
  }

  /** Resolves when an upload has so many parts on record. */
  recorded(parts: number): Promise<void> {
    return new Promise((go) => this.#waiting.push({ parts, go }))
  }
}
