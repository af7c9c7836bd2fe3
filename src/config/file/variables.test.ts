import { expect, test } from 'vitest'
import { DESTINATION, Scratch, SIGN_IN, SOURCE } from '../scratch.ts'

const PREFIX = (prefix: string) => `${SOURCE}destinations: { aws_s3: { bucket: my-backup, prefix: ${prefix} } }\n`

test('a variable may be a part of a longer text, anywhere in the file', () => {
  using scratch = new Scratch()
  const { destinations } = scratch.load(PREFIX(`a-\${HOST}/\${YEAR}`), { ...SIGN_IN, HOST: 'nas', YEAR: '2026' })
  expect(destinations[0]?.prefix).toBe('a-nas/2026')
})

test('$${ stands for the characters themselves, in quotes and without', () => {
  using scratch = new Scratch()
  expect(scratch.load(PREFIX(`'x$\${HOST}'`)).destinations[0]?.prefix).toBe(`x\${HOST}`)
  expect(scratch.load(PREFIX(`x$\${HOST}`)).destinations[0]?.prefix).toBe(`x\${HOST}`)
})

test('what a variable holds is not looked into again', () => {
  using scratch = new Scratch()
  const env = { ...SIGN_IN, HOST: `\${YEAR}: {` }
  expect(scratch.load(PREFIX(`\${HOST}`), env).destinations[0]?.prefix).toBe(`\${YEAR}: {`)
})

test('a variable may hold a number or true or false', () => {
  using scratch = new Scratch()
  const text = `${SOURCE}${DESTINATION}daemon: { api_port: \${PORT} }\nsync: { auto_start: \${AUTO} }\n`
  const config = scratch.load(text, { ...SIGN_IN, PORT: '9000', AUTO: 'false' })
  expect([config.daemon.apiPort, config.sync.autoStart]).toEqual([9000, false])
  expect(scratch.complaints(text, { ...SIGN_IN, PORT: 'secret-thing', AUTO: 'false' })).toEqual([
    'config.yaml:8:21 daemon.api_port: must be a number, and the variable in it holds something else. ' +
      'Write a port such as 8080.',
  ])
})

test('a numeric secret from a variable stays text', () => {
  using scratch = new Scratch()
  const { auth } = scratch.load(SOURCE + DESTINATION, { ...SIGN_IN, GOOGLE_CLIENT_SECRET: '0123' }).sources[0]
  expect(auth).toMatchObject({ clientSecret: '0123' })
})

test('.env beside the file is read, and the real environment wins over it', () => {
  using scratch = new Scratch()
  scratch.write(
    '.env',
    '# secrets\nGOOGLE_CLIENT_ID="from file"\nexport GOOGLE_CLIENT_SECRET=s\nGOOGLE_REFRESH_TOKEN=r\n',
  )
  const { auth } = scratch.load(SOURCE + DESTINATION, { GOOGLE_REFRESH_TOKEN: 'from environment' }).sources[0]
  expect(auth).toMatchObject({ clientId: 'from file', clientSecret: 's', refreshToken: 'from environment' })
})

test('an empty variable counts as not set, so that .env still fills it', () => {
  using scratch = new Scratch()
  scratch.write('.env', 'GOOGLE_CLIENT_ID=from-file\n')
  const { auth } = scratch.load(SOURCE + DESTINATION, { ...SIGN_IN, GOOGLE_CLIENT_ID: '' }).sources[0]
  expect(auth).toMatchObject({ clientId: 'from-file' })
})

test('a .env that cannot be read is said so, and not that what stands in it is missing', () => {
  using scratch = new Scratch()
  scratch.write('.env/inside', '')
  expect(scratch.complaints(SOURCE + DESTINATION, {})).toEqual([
    'config.yaml: the .env file beside it cannot be read (EISDIR). Make .env a text file that this user may read, or remove it.',
  ])
})

const KEYS = `destinations:
  aws_s3: { bucket: b-1, access_key_id: \${AWS_ACCESS_KEY_ID}, secret_access_key: \${AWS_SECRET_ACCESS_KEY} }
`

test('AWS keys that are not set leave it to the credential chain', () => {
  using scratch = new Scratch()
  expect(scratch.load(SOURCE + KEYS).destinations[0]).toMatchObject({ credentials: null })
})

test('AWS keys that are set come with the session token beside them', () => {
  using scratch = new Scratch()
  const env = { ...SIGN_IN, AWS_ACCESS_KEY_ID: 'id', AWS_SECRET_ACCESS_KEY: 'key' }
  const credentials = (more: object) => {
    const [one] = scratch.load(SOURCE + KEYS, { ...env, ...more }).destinations
    return one.type === 'folder' ? null : one.credentials
  }
  expect(credentials({})).toEqual({ accessKeyId: 'id', secretAccessKey: 'key', sessionToken: null })
  expect(credentials({ AWS_SESSION_TOKEN: 't' })).toEqual({
    accessKeyId: 'id',
    secretAccessKey: 'key',
    sessionToken: 't',
  })
})

test('only half of the AWS keys is an error', () => {
  using scratch = new Scratch()
  expect(scratch.complaints(SOURCE + KEYS, { ...SIGN_IN, AWS_ACCESS_KEY_ID: 'id' })).toEqual([
    'config.yaml:7:82 destinations.aws_s3.secret_access_key: is missing, while access_key_id is set. ' +
      'Set both, or neither to use the standard AWS credential chain.',
  ])
})
