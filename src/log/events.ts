import type { Logger } from 'pino'
import type { Outcome } from '../backup/model/catalog.ts'
import { type Fault, SKIP_REASONS } from '../backup/model/faults.ts'
import type { BackupEvent, CycleResult } from '../backup/model/parts.ts'

/** Turns what happens in the backup into log lines. A cycle that found and did nothing leaves none above `debug`. */
export function logEvents(log: Logger): (event: BackupEvent) => void {
  return (event) => {
    switch (event.type) {
      case 'cycle-started':
        return log.debug({ source: event.source.name }, 'looking for changes')
      case 'seen':
        return log.debug({ items: event.items }, 'items seen')
      case 'transfer-started':
        return log.trace({ path: event.path, size: event.size }, 'copying')
      case 'transfer-progress':
        return
      case 'file-done':
        return logOutcome(log, event.outcome)
      case 'fault':
        return log.warn(faultFields(event.fault), event.fault.message)
      case 'reconciled':
        return logReconciled(log, event.source, event.differences)
      case 'cycle-ended':
        return logCycle(log, event.source.name, event.result)
    }
  }
}

/** The fault's code; its hint is part of every fault's message. */
function faultFields(fault: Fault): { fault: string } {
  return { fault: fault.code }
}

function logOutcome(log: Logger, { file, copies, moves, faults, end, took }: Outcome): void {
  const about = { path: file.path, id: file.item.id }
  switch (end.status) {
    case 'synced':
      if (copies.length > 0) log.debug({ ...about, ms: took, bytes: copies[0]?.stored.size }, 'stored')
      else if (moves > 0) log.debug({ ...about, ms: took }, 'moved')
      break
    case 'skipped':
      log.debug({ ...about, reason: end.reason }, `skipped: ${SKIP_REASONS[end.reason]}`)
      break
    case 'pending':
      // As many as the drive has files, while a destination is out of order.
      if (faults.length === 0) log.debug({ ...about, ...faultFields(end.fault) }, `left waiting: ${end.fault.message}`)
      else log.info({ ...about, ...retry(end), ...faultFields(end.fault) }, `to be tried again: ${end.fault.message}`)
      break
    case 'failed':
      log.warn({ ...about, ...retry(end), ...faultFields(end.fault) }, `not protected: ${end.fault.message}`)
  }
}

/** The feed should have told of everything: a difference is to be looked into. */
function logReconciled(log: Logger, source: string, differences: number): void {
  if (differences === 0) log.info({ source }, 'reconciled: the catalog has what Drive shows')
  else log.warn({ source, differences }, 'reconciled: Drive showed changes that its feed had not told of')
}

function retry({ attempts, nextAttempt }: { attempts: number; nextAttempt: number | null }) {
  return { attempts, next: nextAttempt === null ? 'when the file changes' : new Date(nextAttempt).toISOString() }
}

function logCycle(log: Logger, source: string, { end, fault, partly, ...counts }: CycleResult): void {
  const did = Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0))
  const idle = Object.keys(did).length === 0
  const how = partly ? 'cycle done, but for what waits' : 'cycle ended early'
  // What is left alone for a while is told when it is tried, and not with each cycle.
  if (fault !== null && !(partly && idle))
    log.error({ source, ...did, ...faultFields(fault) }, `${how}: ${fault.message}`)
  else if (end === 'drained') log.info({ source, ...did }, 'cycle ended early, as asked; the rest is done later')
  else if (!idle) log.info({ source, ...did }, 'cycle done')
  else log.debug({ source }, 'nothing has changed')
}
