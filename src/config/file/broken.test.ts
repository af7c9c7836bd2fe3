import { symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { DESTINATION, Scratch, SIGN_IN, SOURCE } from '../scratch.ts'

const GOOD = SOURCE + DESTINATION
/** SOURCE has 5 lines, GOOD has 7: what a case adds begins behind them. */
const drive = (line: string) => `${SOURCE}    ${line}\n${DESTINATION}`
const place = (lines: string) => `${SOURCE}destinations:\n  x: ${lines}\n`

/** Each with its text, or its text and the environment, and every line that a person is told. */
const BROKEN: Record<string, [text: string | Uint8Array, complaints: string[], env?: Record<string, string>]> = {
  'an empty file': [
    '',
    [
      'config.yaml:1:1 is empty. Run `drivekeep init --force` to write a configuration, or fill it in, or run `drivekeep start` and set it up in the browser.',
    ],
  ],
  'a file of comments': [
    '# nothing yet\n',
    [
      'config.yaml:1:1 is empty. Run `drivekeep init --force` to write a configuration, or fill it in, or run `drivekeep start` and set it up in the browser.',
    ],
  ],
  'a list': ['- a\n', ['config.yaml:1:1 is not a list of keys with values. Begin with a key such as `sources:`.']],
  'not UTF-8': [
    Buffer.concat([Buffer.from('a: b\nc: '), Buffer.from([0xe4, 0x0a])]),
    ['config.yaml:2:1 is not UTF-8 text. Save it as UTF-8 without other encodings in it.'],
  ],
  'far too large': [
    Buffer.alloc(1024 * 1024 + 1, 'a'),
    ['config.yaml: is larger than 1 MB. Point --config at a Drivekeep configuration.'],
  ],
  'a tab': [
    `${GOOD}sync:\n\tmode: realtime\n`,
    ['config.yaml:9:1 a tab is used to indent. YAML takes spaces only: replace the tab by two spaces.'],
  ],
  'wrong indentation': [
    `${GOOD}sync:\n  mode: realtime\n batch_size: 5\n`,
    [
      'config.yaml:10:1 the indentation does not fit the lines above. ' +
        'Give all keys of one section the same spaces in front.',
    ],
  ],
  'an open bracket': [
    `${GOOD}sync: [1, 2\n`,
    ['config.yaml:9:1 a colon, comma, quote or bracket is missing here or above. Close the quotes and brackets.'],
  ],
  'two documents': [
    `${GOOD}---\nsync: {}\n`,
    ['config.yaml:8:1 a second document begins here (`---`). Keep one document, without a `---` between its parts.'],
  ],
  'a pattern that YAML takes for an alias': [
    drive('exclude_patterns: [*.tmp]'),
    [
      'config.yaml:6:24 sources.google_drive.exclude_patterns[1]: is an alias (`*name`) without its anchor (`&name`). ' +
        'Put a text that begins with * in quotes.',
    ],
  ],
  'a tag': [
    `${GOOD}sync: !fast {}\n`,
    ['config.yaml:8:7 this `!tag` means nothing here. Remove it, or put the value in quotes.'],
  ],
  'an alias of itself': [
    `${GOOD}sync: &a { mode: *a }\n`,
    [
      'config.yaml:8:18 sync.mode.mode.mode.mode.mode.mode.mode.mode: holds too much. ' +
        'Check aliases (`*name`) that contain themselves or one another.',
      'config.yaml:8:18 sync.mode: must be one of realtime, interval, and is a section. Write realtime or interval.',
    ],
  ],
  'a key written twice': [
    `${GOOD}sync:\n  mode: realtime\n  mode: interval\n`,
    ['config.yaml:10:3 sync.mode: is written twice, first in line 9. Keep one of them.'],
  ],
  'a misspelt key': [
    `${GOOD}sync:\n  interval_secnods: 60\n`,
    ['config.yaml:9:3 sync.interval_secnods: is not a known key. Did you mean interval_seconds?'],
  ],
  'a key in the wrong section': [
    `${GOOD}batch_size: 60\n`,
    ['config.yaml:8:1 batch_size: is not a known key. It belongs under sync.'],
  ],
  'an unknown key': [
    `${GOOD}daemon: { turbo: true }\n`,
    [
      'config.yaml:8:11 daemon.turbo: is not a known key. Remove it. ' +
        'Known here: api_host, api_port, tls, trusted_proxies, log_level, log_file.',
    ],
  ],
  'a key that could break the terminal': [
    `${GOOD}"a\\e[31m\\nb": 1\n`,
    [
      'config.yaml:8:1 "a\\u001b[31m\\nb": is not a known key. Remove it. ' +
        'Known here: data_dir, sources, destinations, sync, daemon, notifications, database.',
    ],
  ],
  'text where a number is needed': [
    `${GOOD}sync: { interval_seconds: often }\n`,
    [
      'config.yaml:8:27 sync.interval_seconds: must be a number, and is "often". ' +
        'Write a number of seconds, such as 300.',
    ],
  ],
  'a number in quotes': [
    `${GOOD}sync: { batch_size: '60' }\n`,
    ['config.yaml:8:21 sync.batch_size: must be a number, and is "60". Write it without quotes.'],
  ],
  'a number where text is needed': [
    `${GOOD}data_dir: 7\n`,
    ['config.yaml:8:11 data_dir: must be text, and is 7. Put the value in quotes.'],
  ],
  'yes instead of true': [
    `${GOOD}sync: { auto_start: yes }\n`,
    ['config.yaml:8:21 sync.auto_start: must be true or false, and is "yes". Write true or false.'],
  ],
  'an interval of zero': [
    `${GOOD}sync: { interval_seconds: 0 }\n`,
    ['config.yaml:8:27 sync.interval_seconds: must be at least 1, and is 0. Write a number of seconds, such as 300.'],
  ],
  'a negative delay': [
    `${GOOD}sync: { retry_delay_seconds: -30 }\n`,
    [
      'config.yaml:8:30 sync.retry_delay_seconds: must be at least 0, and is -30. Write a number of seconds, such as 30.',
    ],
  ],
  'a fraction of a day': [
    `${GOOD}sync: { check_recent_days: 1.5 }\n`,
    [
      'config.yaml:8:28 sync.check_recent_days: must be a whole number, and is 1.5. ' +
        'Write a number of days, or 0 for all files.',
    ],
  ],
  'a size that is no number': [
    `${GOOD}sync: { max_file_size_gb: .inf }\n`,
    [
      'config.yaml:8:27 sync.max_file_size_gb: must be a number, and is Infinity. Write a number of GB, such as 50 or 0.5.',
    ],
  ],
  'a port out of range': [
    `${GOOD}daemon: { api_port: 80800 }\n`,
    ['config.yaml:8:21 daemon.api_port: must be at most 65535, and is 80800. Write a port such as 8080.'],
  ],
  'a value that is not there': [
    `${GOOD}sync:\n  batch_size:\n`,
    ['config.yaml:9:14 sync.batch_size: must be a number, and is empty. Write a number of files, such as 100.'],
  ],
  'a misspelt choice': [
    `${GOOD}sync: { mode: realtme }\n`,
    ['config.yaml:8:15 sync.mode: must be one of realtime, interval, and is "realtme". Did you mean realtime?'],
  ],
  'text instead of a section': [
    `${GOOD}daemon: 8080\n`,
    [
      'config.yaml:8:9 daemon: must be a section with keys of its own, and is 8080. ' +
        'Its keys are api_host, api_port, tls, trusted_proxies, log_level, log_file; indent each by two spaces on a line of its own.',
    ],
  ],
  'text instead of a list': [
    drive("exclude_patterns: '*.tmp'"),
    [
      'config.yaml:6:23 sources.google_drive.exclude_patterns: must be a list, and is "*.tmp". ' +
        "Write a list of quoted patterns, such as ['*.tmp', '.DS_Store'].",
    ],
  ],
  'a number in a list of texts': [
    drive('exclude_paths: [A, 2026]'),
    ['config.yaml:6:24 sources.google_drive.exclude_paths[2]: must be text, and is 2026. Put the value in quotes.'],
  ],
  'an address without http': [
    drive('api_url: www.googleapis.com'),
    [
      'config.yaml:6:14 sources.google_drive.api_url: must be an http:// or https:// address without user name, ' +
        'query or fragment, and is "www.googleapis.com". Leave it out, or write an address such as https://www.googleapis.com.',
    ],
  ],
  'a bucket with its scheme': [
    place('{ bucket: s3://my-backup }'),
    [
      'config.yaml:7:16 destinations.x.bucket: must be the name of a bucket: letters, digits, dots and hyphens, ' +
        'and is "s3://my-backup". Write the name alone, such as my-backup, without s3:// and without a path.',
    ],
  ],
  'capitals in a bucket on AWS': [
    place('{ bucket: My-Backup }'),
    [
      'config.yaml:7:16 destinations.x.bucket: must be 3 to 63 lower-case letters, digits, dots and hyphens on AWS. ' +
        'Check it in the S3 console.',
    ],
  ],
  'a destination without bucket': [
    place(''),
    ['config.yaml:7:3 destinations.x.bucket: is missing. Write the name of the bucket.'],
  ],
  'a misspelt provider': [
    place('{ bucket: b-1, type: scaleweg }'),
    [
      'config.yaml:7:27 destinations.x.type: must be one of aws, scaleway, backblaze, cloudflare, wasabi, hetzner, ' +
        'minio, ceph, garage, other, folder, and is "scaleweg". Did you mean scaleway?',
    ],
  ],
  'a server without address': [
    place('{ bucket: b-1, type: minio }'),
    ['config.yaml:7:3 destinations.x.endpoint: is missing, and type minio needs it. Write the address of the server.'],
  ],
  'a provider without region': [
    place('{ bucket: b-1, type: backblaze }'),
    [
      'config.yaml:7:3 destinations.x.region: is missing, and type backblaze needs it. ' +
        'Write the region of the bucket, as the provider shows it.',
    ],
  ],
  'a prefix that climbs': [
    place('{ bucket: b-1, prefix: a/../b }'),
    [
      'config.yaml:7:29 destinations.x.prefix: must be a path without empty, `.` or `..` parts and without control ' +
        'characters, and is "a/../b". Write a path such as backups/drive, or \'\' for the top of the bucket.',
    ],
  ],
  'an access key without its secret': [
    place('{ bucket: b-1, access_key_id: AKIA }'),
    [
      'config.yaml:7:3 destinations.x.secret_access_key: is missing, while access_key_id is set. ' +
        'Set both, or neither to use the standard AWS credential chain.',
    ],
  ],
  'a secret that is a number': [
    place('{ bucket: b-1, access_key_id: AKIA, secret_access_key: 123456 }'),
    [
      'config.yaml:7:61 destinations.x.secret_access_key: must be text, and is a number or true or false. ' +
        'Put the value in quotes.',
    ],
  ],
  'a name that is none': [
    `${SOURCE}destinations:\n  my backup: { bucket: b-1 }\n`,
    [
      'config.yaml:7:14 destinations."my backup": is no name for a destination. ' +
        'Use up to 63 letters, digits, hyphens and underscores, such as aws_s3.',
    ],
  ],
  'two names for one place': [
    `${GOOD}  other: { bucket: my-backup, prefix: / }\n`,
    [
      'config.yaml:8:10 destinations.other: points at the same bucket and prefix as aws_s3. ' +
        'Give one of them another bucket or prefix, or remove it.',
    ],
  ],
  'no destination': [
    SOURCE,
    [
      'config.yaml:1:1 destinations: has no enabled destination. ' +
        'Add one with its bucket or folder, here or in the dashboard, or write enabled: true under it.',
    ],
  ],
  'every destination disabled': [
    place('{ enabled: false, bucket: b-1 }'),
    [
      'config.yaml:7:3 destinations: has no enabled destination. ' +
        'Add one with its bucket or folder, here or in the dashboard, or write enabled: true under it.',
    ],
  ],
  'the source disabled': [
    drive('enabled: false'),
    ['config.yaml:6:14 sources.google_drive.enabled: leaves nothing to back up. Write true: it is the only source.'],
  ],
  'a source without credentials': [
    DESTINATION,
    [
      'config.yaml:1:1 sources.google_drive: has no credentials. ' +
        'Set client_id, client_secret and refresh_token, or service_account_file; ' +
        'or run `drivekeep start` and connect Google in the dashboard.',
    ],
  ],
  'a folder destination without its folder, and with settings of buckets': [
    place('{ type: folder, bucket: my-backup, storage_class: STANDARD_IA }'),
    [
      'config.yaml:7:3 destinations.x.path: is missing, and type folder needs it. Write the folder, such as /mnt/backup.',
      'config.yaml:7:30 destinations.x.bucket: does not apply to type folder. Remove it, or write the type of the bucket.',
      'config.yaml:7:56 destinations.x.storage_class: does not apply to type folder. Remove it, or write the type of the bucket.',
    ],
  ],
  'a folder for a bucket': [
    place('{ bucket: my-backup, path: /mnt/backup }'),
    ['config.yaml:7:33 destinations.x.path: does not apply to type aws. Remove it, or write type: folder.'],
  ],
  'two destinations in one folder': [
    `${SOURCE}destinations:\n  x: { type: folder, path: /mnt/backup/a }\n  y: { type: folder, path: /mnt/backup/, prefix: a }\n`,
    [
      'config.yaml:8:6 destinations.y: points at the same folder and prefix as x. ' +
        'Give one of them another path or prefix, or remove it.',
    ],
  ],
  'a folder that is both chosen and excluded': [
    drive('folders: { include: [1aB, 2cD], exclude: [{ id: 2cD, name: Videos }] }'),
    [
      'config.yaml:6:46 sources.google_drive.folders.exclude: names 2cD, as include does. ' +
        'Remove the folder from one of the two lists.',
    ],
  ],
  'a selection of nothing': [
    drive('folders: { rest: exclude }'),
    [
      'config.yaml:6:22 sources.google_drive.folders.rest: leaves nothing to back up. ' +
        'Name folders under include, or write rest: include.',
    ],
  ],
  'a selection that selects nothing': [
    drive('folders: { include: [1aB] }'),
    [
      'config.yaml:6:25 sources.google_drive.folders.include: names folders that are backed up anyway. ' +
        'Write rest: exclude to back up these folders alone, or remove the list.',
    ],
  ],
  'a folder by its name': [
    drive('folders: { exclude: [My Videos] }'),
    [
      'config.yaml:6:26 sources.google_drive.folders.exclude[1]: must be the id of a folder, and is "My Videos". ' +
        "Write a list of quoted ids, such as ['1dyUEebJaFnWa3Z4n0BFMVAXQ7mfUH11g']: a folder's id ends its address in the " +
        'browser. root stands for My Drive, shared-with-me for what others share.',
    ],
  ],
  'a service account key that is something else': [
    `sources: { google_drive: { service_account_key: '{"installed": {"client_secret": "hush-hush"}}' } }\n${DESTINATION}`,
    [
      'config.yaml:1:49 sources.google_drive.service_account_key: is JSON but no service account key ' +
        '(no client_email and private_key in it). ' +
        'Give it the whole text of the JSON key that the Google Cloud console made for the service account.',
    ],
  ],
  'a sign-in without its token': [
    `sources: { google_drive: { client_id: a, client_secret: b } }\n${DESTINATION}`,
    [
      'config.yaml:1:12 sources.google_drive.refresh_token: is missing. ' +
        'Set it: refresh_token is needed together with client_id and client_secret.',
    ],
  ],
  'a secret that nobody set': [
    GOOD,
    [
      'config.yaml:5:20 sources.google_drive.refresh_token: needs the variable GOOGLE_REFRESH_TOKEN, which is not set. ' +
        'Set it in the environment, or write GOOGLE_REFRESH_TOKEN=... into the file .env beside this one.',
    ],
    { GOOGLE_CLIENT_ID: 'client', GOOGLE_CLIENT_SECRET: 'hush' },
  ],
  'a misspelt variable of a storage key': [
    place(`{ bucket: b-1, access_key_id: \${AWS_ACCES_KEY}, secret_access_key: hidden }`),
    [
      'config.yaml:7:36 destinations.x.access_key_id: needs the variable AWS_ACCES_KEY, which is not set. ' +
        'Set it in the environment, or write AWS_ACCES_KEY=... into the file .env beside this one.',
    ],
  ],
  'a variable that is none': [
    `${GOOD}data_dir: \${MY-DIR}\n`,
    [
      'config.yaml:8:11 data_dir: has a `${` that does not begin a variable. ' +
        `Write \${NAME} with letters, digits and underscores, or $\${ for the characters themselves.`,
    ],
  ],
  'a service account key that does not exist': [
    drive('service_account_file: key.json'),
    [
      'config.yaml:6:27 sources.google_drive.service_account_file: names DIR/key.json, which does not exist. ' +
        'Create a JSON key for the service account in the Google Cloud console and name its file here.',
    ],
  ],
  'a service account key that is a folder': [
    drive('service_account_file: .'),
    [
      'config.yaml:6:27 sources.google_drive.service_account_file: names DIR, which is a folder. ' +
        'Name the JSON key file inside it.',
    ],
  ],
  'a service account key that is not JSON': [
    drive('service_account_file: config.yaml'),
    [
      'config.yaml:6:27 sources.google_drive.service_account_file: names DIR/config.yaml, which is not JSON. ' +
        'Create a JSON key for the service account in the Google Cloud console and name its file here.',
    ],
  ],
  'impersonation without a service account': [
    drive('impersonate: user@example.com'),
    [
      'config.yaml:6:18 sources.google_drive.impersonate: needs a service account. ' +
        'Set service_account_file too, or remove this line.',
    ],
  ],
  'a client id of spaces': [
    GOOD.replace(/client_id: .*/, 'client_id: " "'),
    ['config.yaml:3:16 sources.google_drive.client_id: must not be empty. Put the text in quotes.'],
  ],
  'an address with a password in it': [
    place('{ bucket: b-1, type: minio, endpoint: "https://u:top/secret@x/?sig=top" }'),
    [
      'config.yaml:7:44 destinations.x.endpoint: must be an http:// or https:// address without user name, query or ' +
        'fragment, and is "https://…@x/?…". Write an address such as https://s3.example.com, or null.',
    ],
  ],
  'an address without its beginning and with a password': [
    place('{ bucket: b-1, type: minio, endpoint: "u:topsecret@x" }'),
    [
      'config.yaml:7:44 destinations.x.endpoint: must be an http:// or https:// address without user name, query or ' +
        'fragment, and is "…@x". Write an address such as https://s3.example.com, or null.',
    ],
  ],
  'a temp_dir that is no text': [
    `${GOOD}sync: { temp_dir: [x] }\n`,
    [
      'config.yaml:8:19 sync.temp_dir: must be text, and is a list. ' +
        'Leave it out: files are streamed, and no such folder is used.',
    ],
  ],
  'a data_dir where the system keeps no files': [
    `${GOOD}data_dir: /proc/1/nope\n`,
    [
      'config.yaml:8:11 data_dir: names /proc/1/nope, and /proc/1 belongs to the system, which keeps no files there. ' +
        'Name a folder to write to.',
    ],
  ],
  'a data_dir whose name is too long': [
    `${GOOD}data_dir: /${'x'.repeat(300)}\n`,
    [`config.yaml:8:11 data_dir: names /${'x'.repeat(300)}, which is too long a name. Name a folder to write to.`],
  ],
  'a data_dir with a NUL in it': [
    `${GOOD}data_dir: "/a\\0b"\n`,
    ['config.yaml:8:11 data_dir: names /a\\u0000b, which has a NUL character in it. Name a folder to write to.'],
  ],
  'a data_dir that is a file': [
    `${GOOD}data_dir: config.yaml\n`,
    ['config.yaml:8:11 data_dir: names DIR/config.yaml, which is not a folder. Name a folder to write to.'],
  ],
  'a database that is not supported yet': [
    `${GOOD}database: { url: postgres://me:secret@db/drivekeep }\n`,
    [
      'config.yaml:8:18 database.url: is not supported yet. ' +
        'Remove it: the catalog is kept in SQLite, in sync_state.db under data_dir.',
    ],
  ],
  'mail without a receiver': [
    `${GOOD}notifications: { email: { enabled: true, smtp_host: mx, from: a@b.c } }\n`,
    [
      'config.yaml:8:18 notifications.email.to: is missing. ' +
        'Set it, or write enabled: false under notifications.email.',
    ],
  ],
  'a receiver that is no address': [
    `${GOOD}notifications: { email: { to: nobody } }\n`,
    [
      'config.yaml:8:31 notifications.email.to: must be an e-mail address, and is "nobody". ' +
        'Write an address such as admin@example.com, or [a@example.com, b@example.com].',
    ],
  ],
}

test.each(Object.entries(BROKEN))('%s is one clear message', (_, [text, complaints, env]) => {
  using scratch = new Scratch()
  expect(scratch.complaints(text, env)).toEqual(complaints)
})

test('each broken configuration has a message of its own', () => {
  const said = Object.values(BROKEN).map(([, complaints]) => complaints.join('\n').replace(/^config.yaml\S* /, ''))
  expect(new Set(said).size).toBeGreaterThan(50)
})

test('all problems are reported at once, in the order of the file', () => {
  using scratch = new Scratch()
  const text = `${place('{ bucket: b-1, typ: aws }')}sync: { mode: never, batch_size: 0 }\ndaemn: {}\n`
  expect(scratch.complaints(text, { GOOGLE_CLIENT_ID: 'a' }).map((line) => line.split(': ', 1)[0])).toEqual([
    'config.yaml:4:20 sources.google_drive.client_secret',
    'config.yaml:5:20 sources.google_drive.refresh_token',
    'config.yaml:7:21 destinations.x.typ',
    'config.yaml:8:15 sync.mode',
    'config.yaml:8:34 sync.batch_size',
    'config.yaml:9:1 daemn',
  ])
})

test('a missing file and a folder are said so', () => {
  using scratch = new Scratch()
  scratch.write('folder/inside', '')
  expect(scratch.missing('none.yaml')).toBe(
    'none.yaml: does not exist. Run `drivekeep init` to write one, or name another with --config FILE, ' +
      'or run `drivekeep start` and set it up in the browser.',
  )
  expect(scratch.missing('folder')).toBe('folder: is a folder. Name the file inside it, such as config.yaml.')
  expect(scratch.missing('folder/inside/x')).toBe(
    'folder/inside/x: cannot be read, since folder/inside is not a folder. Name the file itself.',
  )
  expect(scratch.missing('/dev/zero')).toBe(
    '/dev/zero: is a pipe or a device. Name a regular file: any other may never end.',
  )
})

test('a data_dir on a disk that is not mounted is said to be so', () => {
  using scratch = new Scratch()
  symlinkSync('/mnt/not-mounted', join(scratch.folder, 'disk'))
  const link = 'is a link to what does not exist (a disk that is not mounted?). Name a folder to write to.'
  expect(scratch.complaints(`${GOOD}data_dir: disk\n`)).toEqual([
    `config.yaml:8:11 data_dir: names DIR/disk, which ${link}`,
  ])
  expect(scratch.complaints(`${GOOD}data_dir: disk/data\n`)).toEqual([
    `config.yaml:8:11 data_dir: names DIR/disk/data, and DIR/disk ${link}`,
  ])
})

test('no message repeats a secret', () => {
  using scratch = new Scratch()
  const env = { ...SIGN_IN, GOOGLE_CLIENT_SECRET: 'hush-hush', PORT: 'hush-hush', URL: 'hush-hush' }
  const text = `${drive(`api_url: \${URL}`)}  y: { bucket: b-1, access_key_id: [hush-hush], secret_access_key: { a: hush-hush } }
daemon: { api_port: \${PORT} }
database: { url: postgres://me:hush-hush@db }
notifications: { email: { enabled: true, password: 'hush-hush', username: true } }
`
  const complaints = scratch.complaints(text, env)
  expect(complaints.length).toBeGreaterThan(5)
  expect(complaints.join('\n')).not.toContain('hush-hush')
  expect(scratch.complaints('client_secret: "hush-hush\n').join()).not.toContain('hush-hush')
})
