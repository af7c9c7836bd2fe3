import type { DeliverCatalog, EndpointRef } from '../model/catalog.ts'
import { Fault } from '../model/faults.ts'
import type { Clock, Parts, WatchedSource } from '../model/parts.ts'
import { CircuitBreaker, type Outage } from './circuit-breaker.ts'
import { Endpoint } from './endpoint.ts'
import { enter } from './enter.ts'

/** A source as watching and delivering meet it. */
export interface SourceEndpoint {
  source: WatchedSource
  /** Reading files. */
  reading: Endpoint
  /** Why its feed could not be read when it was last tried; null: it could. */
  watchOutage: Outage | null
  /** Whether it is known that its credentials still open the drive that it is; after a fault they may open another one. */
  identified: boolean
  /** When the place in its feed was last lost; null: not in this process. */
  lostAt: number | null
}

/**
 * All endpoints of this process, with their circuit breakers. Kept for the life of the process, over pauses; what is out of
 * order is in the catalog, where everybody can see it, and is known again after a restart.
 */
export class Endpoints {
  readonly sources = new Map<number, SourceEndpoint>()
  readonly destinations = new Map<string, Endpoint>()
  readonly #catalog: DeliverCatalog
  readonly #clock: Clock
  #saving: Promise<void> = Promise.resolve()
  #failed: { error: unknown } | null = null

  constructor(parts: Omit<Parts, 'tell' | 'batchSize'>, known: (ref: EndpointRef) => Outage | null = () => null) {
    const { sources, destinations, catalog, retry, random, clock } = parts
    this.#catalog = catalog
    this.#clock = clock
    const endpoint = (ref: EndpointRef, probe: (signal: AbortSignal) => Promise<void>) => {
      const breaker = new CircuitBreaker<never>(retry, random, clock.now(), ref.kind === 'source' ? null : known(ref))
      return new Endpoint({ ref, breaker, probe }, (changed) => this.#save(changed))
    }
    for (const source of sources.values()) {
      const reading = endpoint({ kind: 'source', id: source.id }, (signal) => source.drive.probe(signal))
      this.sources.set(source.id, {
        source,
        reading,
        watchOutage: known({ kind: 'source', id: source.id }),
        identified: false,
        lostAt: null,
      })
    }
    for (const destination of destinations)
      this.destinations.set(
        destination.name,
        // A small object is written, as a delivery writes one: reading alone would not meet a missing right or a full disk.
        endpoint({ kind: 'destination', name: destination.name }, async (signal) => {
          await enter(destination, parts, signal)
        }),
      )
  }

  /** A run of the feed ended: with what stood in the way, or null. */
  watched(id: number, outage: Outage | null): void {
    const source = this.sources.get(id)
    if (source === undefined || (outage === null && source.watchOutage === null)) return
    source.watchOutage = outage
    // What answers again may hand out files again as well.
    if (outage === null) source.reading.retryNow()
    this.#save(source.reading)
  }

  /** Endpoints whose time has come may be tried. */
  retryWhenDue(): void {
    const now = this.#clock.now()
    for (const endpoint of this.#all()) endpoint.retryWhenDue(now)
  }

  /** Somebody wants all of them to be tried now. */
  retryNow(): void {
    for (const endpoint of this.#all()) endpoint.retryNow()
  }

  clockSetBack(): void {
    const now = this.#clock.now()
    for (const endpoint of this.#all()) endpoint.clockSetBack(now)
    for (const source of this.sources.values()) {
      const outage = source.watchOutage
      if (outage !== null)
        source.watchOutage = { ...outage, since: Math.min(outage.since, now), until: Math.min(outage.until, now) }
    }
  }

  get anyOut(): boolean {
    for (const { isOut } of this.#all()) if (isOut) return true
    return false
  }

  /** When the next endpoint may be tried again; null: all work. */
  get nextTry(): number | null {
    const times = [...this.#all()].flatMap(({ outage }) => outage?.until ?? [])
    return times.length === 0 ? null : Math.min(...times)
  }

  /** Resolves when all changes are in the catalog. Throws what kept one from it. */
  async saved(): Promise<void> {
    await this.#saving
    if (this.#failed !== null) throw this.#failed.error
  }

  *#all(): Generator<Endpoint> {
    for (const { reading } of this.sources.values()) yield reading
    yield* this.destinations.values()
  }

  #save(endpoint: Endpoint): void {
    const { ref, lastOk } = endpoint
    const source = ref.kind === 'source' ? this.sources.get(ref.id) : undefined
    const outage = source?.watchOutage ?? endpoint.outage
    this.#saving = this.#saving
      .then(() => this.#catalog.saveOutage(ref, outage, lastOk))
      .catch((error: unknown) => {
        this.#failed ??= { error }
      })
  }
}

/** What a probe met: a Fault, or a bug which is thrown. */
export function faultOf(error: unknown): Fault {
  if (error instanceof Fault) return error
  throw error
}
