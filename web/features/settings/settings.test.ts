import { describe, expect, test } from 'vitest'
import type { Setting } from '../../api/types.ts'
import { CallError } from '../../server/call.ts'
import {
  changesIn,
  complaintsIn,
  type Edits,
  edited,
  refusedIn,
  reset,
  sentOf,
  stillRefused,
  undone,
  valueIn,
  withoutSaved,
} from './changes.ts'
import { effectOf } from './effects.ts'
import { complaint, type Field, fieldOf, linesIn, meaningOf, shown } from './field.ts'
import { fileOnly, grouped, isExclusion, sourcesIn, titleOf } from './groups.ts'

function setting(key: string, more: Partial<Setting> = {}): Setting {
  return {
    key,
    value: null,
    default: null,
    origin: 'default',
    description: '',
    secret: false,
    set: false,
    editable: true,
    schema: { type: 'string' },
    changed_at: null,
    changed_by: null,
    ...more,
  }
}

const INTERVAL = setting('sync.interval_seconds', {
  value: 300,
  schema: { type: 'integer', minimum: 1, maximum: 86_400 },
})
const PASSWORD = setting('notifications.email.password', { secret: true, set: true })
const NONE: Edits = new Map()

describe('how a value is edited', () => {
  test.each<[Record<string, unknown>, Field]>([
    [{ type: 'boolean' }, { kind: 'switch' }],
    [
      { type: 'string', enum: ['realtime', 'interval'] },
      { kind: 'choice', options: ['realtime', 'interval'] },
    ],
    [
      { type: 'integer', minimum: 1 },
      { kind: 'number', min: 1, max: null, whole: true, optional: false },
    ],
    [
      { type: 'number', minimum: -9007199254740991, maximum: 5 },
      { kind: 'number', min: null, max: 5, whole: false, optional: false },
    ],
    [
      { type: 'string', minLength: 1 },
      { kind: 'text', optional: false },
    ],
    [{ anyOf: [{ type: 'string' }, { type: 'null' }] }, { kind: 'text', optional: true }],
    [{ type: ['string', 'null'] }, { kind: 'text', optional: true }],
    [{ type: 'array', items: { type: 'string' } }, { kind: 'lines' }],
    [{ anyOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' } }] }, { kind: 'lines' }],
    [{ type: 'object' }, { kind: 'other' }],
    [{ anyOf: [{ type: 'string' }, { type: 'boolean' }] }, { kind: 'other' }],
    [{}, { kind: 'other' }],
  ])('%j', (schema, field) => {
    expect(fieldOf(schema)).toEqual(field)
  })

  test.each<[Field, unknown, string | null]>([
    [fieldOf(INTERVAL.schema), 300, null],
    [fieldOf(INTERVAL.schema), 0, 'Write 1 or more.'],
    [fieldOf(INTERVAL.schema), 90_000, 'Write 86,400 or less.'],
    [fieldOf(INTERVAL.schema), 1.5, 'Write a whole number.'],
    [fieldOf(INTERVAL.schema), '', 'Write a number.'],
    [{ kind: 'text', optional: false }, '', 'This cannot be empty.'],
    [{ kind: 'text', optional: true }, '', null],
  ])('%j with %j: %s', (field, value, said) => {
    expect(complaint(field, value)).toBe(said)
  })

  test('lines', () => {
    expect(linesIn(' *.tmp\n\n~$*  \n')).toEqual(['*.tmp', '~$*'])
  })
})

describe('how a value is shown', () => {
  test.each([
    ['sync.interval_seconds', 300, '5 min'],
    ['sync.retry_delay_seconds', 0.5, '0.5 s'],
    ['sync.max_file_size_gb', 50, '50 GiB (53.7 GB)'],
    ['sync.retry_attempts', 0, 'none'],
    ['daemon.api_port', 8080, '8080'],
    ['sync.mode', 'interval', 'At fixed times only (interval)'],
    ['sync.auto_start', true, 'on'],
    ['a', null, 'nothing'],
    ['a', [], 'nothing'],
    ['a', ['*.tmp', '~$*'], '*.tmp, ~$*'],
    ['a', { b: 1 }, '{"b":1}'],
  ])('%s: %j is %s', (key, value, text) => {
    expect(shown(key, value)).toBe(text)
  })

  test('a number that says it all is not repeated', () => {
    expect(meaningOf('daemon.api_port', 8080)).toBeNull()
    expect(meaningOf('sync.interval_seconds', Number.NaN)).toBeNull()
    expect(meaningOf('sync.interval_seconds', 30)).toBeNull()
    expect(meaningOf('sync.interval_seconds', 3600)).toBe('1 h')
  })
})

describe('groups', () => {
  test('by intent, and nothing is lost but what has a page of its own', () => {
    const keys = [
      'daemon.log_level',
      'sync.interval_seconds',
      'a.new_key',
      'sources.google_drive.exclude_paths',
      'sources.google_drive.client_secret',
      'sources.google_drive.folders.include',
      'sources.work.refresh_token',
      'sources.work.exclude_paths',
      'sources.work.enabled',
      'notifications.email.to',
      'destinations.aws_s3.bucket',
      'sync.check_recent_days',
    ]
    expect(
      grouped(keys.map((key) => setting(key))).map(({ id, settings }) => [id, settings.map(({ key }) => key)]),
    ).toEqual([
      ['schedule', ['sync.interval_seconds']],
      ['advanced', ['daemon.log_level', 'a.new_key', 'sources.work.enabled']],
      ['mail', ['notifications.email.to']],
    ])
    expect(isExclusion('sources.google_drive.exclude_paths')).toBe(true)
    expect(sourcesIn(keys.map((key) => setting(key)))).toEqual(['google_drive', 'work'])
  })

  test('what config.yaml alone can set stands apart', () => {
    const port = setting('daemon.api_port', { editable: false })
    const settings = [port, INTERVAL, setting('sources.google_drive.service_account_file', { editable: false })]
    expect(fileOnly(settings)).toEqual([port])
    expect(grouped(settings).flatMap((group) => group.settings)).toEqual([INTERVAL])
  })

  test('a key without a title gets one', () => {
    expect(titleOf('some.new_section.smtp_host')).toBe('New section smtp host')
  })

  test('a setting of a further source says whose it is', () => {
    expect(titleOf('sources.google_drive.enabled')).toBe('Back up this account')
    expect(titleOf('sources.work.enabled')).toBe('Back up this account: work')
    expect(effectOf('sources.work.enabled', true, false)).toContain('no longer protected')
  })
})

describe('edits', () => {
  test('one that ends where it began is none', () => {
    const there = edited(NONE, INTERVAL, 600)
    expect(valueIn(there, INTERVAL)).toBe(600)
    expect(edited(there, INTERVAL, 300)).toEqual(NONE)
    expect(undone(there, INTERVAL.key)).toEqual(NONE)
  })

  test('a secret is never shown, and an empty one is not sent', () => {
    expect(valueIn(NONE, PASSWORD)).toBe('')
    const typed = edited(NONE, PASSWORD, 'canary')
    expect(JSON.stringify(changesIn(typed, [PASSWORD]))).not.toContain('canary')
    expect(sentOf(typed)).toEqual({ [PASSWORD.key]: 'canary' })
    expect(edited(typed, PASSWORD, '')).toEqual(NONE)
  })

  test('each says what it will do', () => {
    expect(changesIn(edited(NONE, INTERVAL, 600), [INTERVAL])).toEqual([
      {
        key: 'sync.interval_seconds',
        title: 'Check at least every',
        from: '5 min',
        to: '10 min',
        effect:
          'Drive is asked for changes every 10 min at the latest: a change may wait longer before it is protected.',
      },
    ])
    expect(changesIn(reset(NONE, INTERVAL.key), [INTERVAL])[0]?.to).toBe('what config.yaml says')
    expect(effectOf('sync.max_file_size_gb', 50, 10)).toContain('skipped')
    expect(effectOf('sync.max_file_size_gb', 10, 50)).toContain('backed up')
    expect(effectOf('a.new_key', 1, 2)).toContain('at once')
  })

  test('what cannot be is named before it is sent', () => {
    expect([...complaintsIn(edited(NONE, INTERVAL, 0), [INTERVAL])]).toEqual([[INTERVAL.key, 'Write 1 or more.']])
    expect(complaintsIn(reset(NONE, INTERVAL.key), [INTERVAL]).size).toBe(0)
  })

  test('an emptied text goes back to config.yaml, where it was not written there', () => {
    const optional = { anyOf: [{ type: 'string' }, { type: 'null' }] }
    const host = setting('notifications.email.smtp_host', { schema: optional })
    expect(edited(edited(NONE, host, 'smtp.example.com'), host, '')).toEqual(NONE)
    const changed: Setting = { ...host, value: 'smtp.example.com', origin: 'dashboard' }
    expect(edited(NONE, changed, '')).toEqual(new Map([[host.key, 'reset']]))
    const written: Setting = { ...changed, origin: 'file' }
    const emptied = edited(NONE, written, '')
    expect(valueIn(emptied, written)).toBe('')
    expect(complaintsIn(emptied, [written]).get(host.key)).toContain('config.yaml')
  })

  test('of a list that was changed only what differs is told', () => {
    const patterns = setting('sources.google_drive.exclude_patterns', {
      value: ['*.tmp', '*.log'],
      schema: { type: 'array', items: { type: 'string' } },
    })
    const told = (to: string[]) => changesIn(edited(NONE, patterns, to), [patterns])[0]
    expect(told(['*.tmp', '*.bak'])).toMatchObject({ from: '2 lines', to: 'with *.bak, without *.log' })
    expect(told(['*.log', '*.tmp'])).toMatchObject({ to: 'another order' })
  })

  test('what the server refuses stands at its key, a line of a list at the list', () => {
    const errors = [
      { field: 'sync.interval_seconds', message: 'must be at least 1' },
      { field: 'a.list[2]', message: 'must not be empty' },
      { field: 'a.list[3]', message: 'must be text.' },
      { field: 'another', message: 'is not shown here' },
    ]
    const problem = { type: 'about:blank', title: '', status: 422, detail: 'Nothing is changed.', errors }
    const error = new CallError(422, problem, '')
    const refused = refusedIn(error, [INTERVAL, setting('a.list'), PASSWORD])
    expect([...refused.byKey]).toEqual([
      ['sync.interval_seconds', 'Must be at least 1.'],
      ['a.list', 'Must not be empty. Must be text.'],
    ])
    expect(refused.rest).toBe(error)
    expect(refusedIn(error, [INTERVAL, setting('a.list'), setting('another')]).rest).toBeNull()
    const unreachable = new CallError(0, null, '')
    expect(refusedIn(unreachable, [INTERVAL])).toEqual({ byKey: new Map(), rest: unreachable })
  })

  test('what was refused is forgotten as it is changed, and what may have followed from it', () => {
    const refused = {
      byKey: new Map([INTERVAL, PASSWORD, setting('other')].map(({ key }) => [key, 'No.'])),
      rest: null,
    }
    const edits = edited(edited(NONE, INTERVAL, 600), PASSWORD, 'canary')
    expect([...stillRefused(refused, INTERVAL.key, edits).byKey.keys()]).toEqual([PASSWORD.key])
  })

  test('what is typed while it is being saved stays unsaved', () => {
    const sent = edited(edited(NONE, INTERVAL, 600), PASSWORD, 'canary')
    const meanwhile = edited(sent, INTERVAL, 700)
    expect([...withoutSaved(meanwhile, sent).keys()]).toEqual([INTERVAL.key])
  })

  test('going back is null', () => {
    expect(sentOf(reset(edited(NONE, INTERVAL, 600), INTERVAL.key))).toEqual({ [INTERVAL.key]: null })
  })
})
