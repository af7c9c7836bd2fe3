import { readFileSync, statSync } from 'node:fs'
import type { Logger } from 'pino'
import type { Config } from '../../config/config.ts'
import type { Certificate } from './listen.ts'

/** The files of a certificate. They are renewed by other programs, which do not tell us. */
export class CertificateFiles {
  readonly #files: NonNullable<Config['daemon']['tls']>
  readonly #log: Logger
  #written: string

  constructor(files: NonNullable<Config['daemon']['tls']>, log: Logger) {
    this.#files = files
    this.#log = log
    this.#written = this.#times()
  }

  /** Throws when they cannot be read. */
  read(): Certificate {
    return { cert: readFileSync(this.#files.certFile), key: readFileSync(this.#files.keyFile) }
  }

  /**
   * Hands renewed files to `use`. As long as they cannot be used, as between the writing of the one and of the other, the
   * old ones stay; with the next writing they are tried again.
   */
  look(use: (certificate: Certificate) => void): void {
    const written = this.#times()
    if (written === this.#written) return
    this.#written = written
    try {
      use(this.read())
      this.#log.info('the renewed certificate is in use')
    } catch (error) {
      this.#log.error({ err: error }, 'the renewed certificate cannot be used, so the old one stays; see daemon.tls')
    }
  }

  #times(): string {
    const { certFile, keyFile } = this.#files
    return [certFile, keyFile].map((file) => statSync(file, { throwIfNoEntry: false })?.mtimeMs).join()
  }
}
