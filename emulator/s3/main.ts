import { parseArgs } from 'node:util'
import { DEFAULT_CREDENTIALS, type S3Options, startS3 } from './index.ts'

const HELP = `Starts a small, strict S3 server on 127.0.0.1, for tests, the demo and benchmarks.

  node emulator/s3/main.ts [options]

  --port N             port to listen on; 0, the default, takes a free one
  --bucket NAME        make this bucket; may be given several times
  --versioning         turn versioning on in these buckets
  --folder DIR         keep everything in DIR, and serve what is there already
  --discard            keep sizes and hashes only, of all but the tiniest bodies (for benchmarks)
  --opaque-etags       give ETags that are no MD5: halves the server's work on large bodies
  --access-key ID      default ${DEFAULT_CREDENTIALS.accessKeyId}
  --secret-key SECRET  default ${DEFAULT_CREDENTIALS.secretAccessKey}
  --region NAME        default us-east-1
  --latency MS         wait before each request is handled
  --json               print one line of JSON when ready, in place of text
  --help               print this

Counters, faults and object listings are under /_emulator/ (see emulator/s3/control.ts).

Example:
  node emulator/s3/main.ts --port 9000 --bucket my-backup --versioning
`

const { values } = parseCommandLine()
if (values.help) {
  process.stdout.write(HELP)
} else {
  const s3 = await startS3(readOptions()).catch((error: Error) => refuse(error.message))
  const ready = { url: s3.url, port: s3.port, region: s3.region, ...s3.credentials, buckets: s3.bucketNames() }
  process.stdout.write(
    values.json
      ? `${JSON.stringify(ready)}\n`
      : `S3 server ready at ${s3.url}\n  access key ${ready.accessKeyId}, secret key ${ready.secretAccessKey}, region ${s3.region}\n  buckets: ${ready.buckets.join(', ') || 'none'}\n`,
  )
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => s3.close())
}

function parseCommandLine() {
  try {
    return parseArgs({
      options: {
        port: { type: 'string', default: '0' },
        bucket: { type: 'string', multiple: true, default: [] },
        versioning: { type: 'boolean', default: false },
        folder: { type: 'string' },
        discard: { type: 'boolean', default: false },
        'opaque-etags': { type: 'boolean', default: false },
        'access-key': { type: 'string', default: DEFAULT_CREDENTIALS.accessKeyId },
        'secret-key': { type: 'string', default: DEFAULT_CREDENTIALS.secretAccessKey },
        region: { type: 'string', default: 'us-east-1' },
        latency: { type: 'string', default: '0' },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    })
  } catch (error) {
    return refuse((error as Error).message)
  }
}

function readOptions(): S3Options {
  if (values.discard && values.folder !== undefined) refuse('--discard and --folder exclude each other')
  return {
    port: wholeNumber('port', values.port, 65_535),
    buckets: values.bucket,
    versioning: values.versioning,
    storage: values.folder !== undefined ? { folder: values.folder } : values.discard ? 'discard' : 'memory',
    opaqueEtags: values['opaque-etags'],
    credentials: { accessKeyId: values['access-key'], secretAccessKey: values['secret-key'] },
    region: values.region,
    latencyMs: wholeNumber('latency', values.latency, 600_000),
  }
}

function wholeNumber(name: string, text: string, max: number): number {
  const number = Number(text)
  if (!/^\d+$/.test(text) || number > max) refuse(`--${name} must be a whole number up to ${max}, not ${text}`)
  return number
}

function refuse(message: string): never {
  process.stderr.write(`${message}\nTry: node emulator/s3/main.ts --help\n`)
  process.exit(2)
}
