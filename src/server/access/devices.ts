import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import type { CatalogDatabase } from '../../catalog/open.ts'
import { saveSettingOnce, setting } from '../../catalog/settings.ts'

const KEY = 'device_key'

/**
 * Knows browsers again that have signed in to an account before, by a signed cookie that outlives the session. It gives no
 * access: it only keeps what strangers do from using up the tries of the right person.
 */
export class Devices {
  readonly #key: Buffer

  private constructor(key: Buffer) {
    this.#key = key
  }

  static async open(db: CatalogDatabase): Promise<Devices> {
    const value = randomBytes(32).toString('base64url')
    await saveSettingOnce(db, KEY, value)
    return new Devices(Buffer.from((await setting(db, KEY)) ?? value, 'base64url'))
  }

  /** For the cookie of a browser that has just signed in. */
  cookie(user: number): string {
    const number = randomBytes(16).toString('base64url')
    return `${number}.${this.#signature(number, user)}`
  }

  /** The number of the browser; null when it has not signed in to this account, or says so without proof. */
  number(cookie: string | undefined, user: number): string | null {
    const [number = '', signature = ''] = (cookie ?? '').split('.')
    const [given, right] = [Buffer.from(signature), Buffer.from(this.#signature(number, user))]
    return given.length === right.length && timingSafeEqual(given, right) ? number : null
  }

  #signature(number: string, user: number): string {
    return createHmac('sha256', this.#key).update(`${number} ${user}`).digest('base64url')
  }
}
