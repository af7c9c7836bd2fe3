import type { Outage, Status } from '../../api/types.ts'

/** For tests: a daemon that runs and has protected everything. */
export const SAFE: Status = {
  state: 'running',
  desired: 'running',
  version: '1.0.0',
  as_of: '2026-03-12T12:00:00.000Z',
  uptime: 3600,
  started_at: '2026-03-12T11:00:00.000Z',
  health: 'protected',
  needs_operator: false,
  outage: null,
  outages: [],
  mass_changes: [],
  problems: 0,
  sources: ['ana@example.com'],
  destinations: ['aws_s3'],
  files_total: 12_519,
  files_synced: 12_431,
  pending: 0,
  failed: 0,
  skipped: 88,
  removed: 0,
  total_size: 84_000_000_000,
  coverage: 1,
  oldest_unprotected: null,
  last_stored_at: '2026-03-12T11:59:20.000Z',
  last_success: '2026-03-12T11:59:30.000Z',
  scanning: false,
  filling: false,
  estimated_end: null,
  last_error: null,
  progress: {
    cycle: null,
    transfers: [],
    in_flight: 0,
    bytes_per_second: 0,
    files_per_second: 0,
    quota: { units_per_minute: 0, limit_per_minute: null },
  },
}

/** For tests: a destination that cannot be reached. */
export function outage(change: Partial<Outage> = {}): Outage {
  return {
    kind: 'destination',
    name: 'nas',
    fault: 'storage/unreachable',
    title: 'Storage cannot be reached',
    message: 'nas: storage cannot be reached.',
    detail: 'ECONNREFUSED',
    hint: 'Check the network.',
    needs_operator: false,
    since: '2026-03-12T10:00:00.000Z',
    next_try: '2026-03-12T12:01:00.000Z',
    tries: 3,
    ...change,
  }
}
