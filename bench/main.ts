/**
 * `npm run bench`: Drivekeep beside its peers on the emulators, row by row. Nothing leaves this machine.
 *
 *   npm run bench                             all rows
 *   npm run bench -- small-5k                 one
 *   npm run bench -- small-5k --only drivekeep,'rclone fastest' --runs 5
 *   npm run bench -- --quick                  smaller counts, to see whether it works
 *   npm run bench -- small-5k --against 3bfdd3a --runs 5      the program of a commit is the only peer
 *   npm run bench -- --markdown               writes what was found into bench/RESULTS.md
 */
import { parseArgs } from 'node:util'
import { lookAtMachine } from './machine.ts'
import { RCLONE_FLAGS } from './peers/rclone.ts'
import { type Report, reportText } from './report.ts'
import { writeResult } from './results-file.ts'
import { ROWS } from './rows.ts'
import type { Settings } from './settings.ts'

const CONTENDERS = ['drivekeep', ...Object.keys(RCLONE_FLAGS), 'bare copy']

const HELP = `Usage: npm run bench -- [row…] [options]

Rows (default: all)
${Object.entries(ROWS)
  .map(([name, { about }]) => `  ${name.padEnd(19)} ${about}`)
  .join('\n')}

Options
  --runs N        measured runs of each contender (default 3); figures are medians
  --only A,B      these contenders alone, of: ${CONTENDERS.join(', ')}
  --against C     the program of commit C is the only peer, in turns with the present one
  --count N       so many files, in the rows two-sources and three-destinations
  --quick         smaller counts, to see whether it works; never written into RESULTS.md
  --markdown      write the results into bench/RESULTS.md; not together with --only, --against or --count
  --help
`

const options = readOptions()
if (options === 'help') process.stdout.write(HELP)
else await bench(options.rows, options.settings, options.markdown)

async function bench(rows: readonly string[], settings: Settings, markdown: boolean): Promise<void> {
  const machine = await lookAtMachine()
  console.log(machine.line)
  if (machine.warning !== null) console.log(machine.warning)
  for (const name of rows) {
    console.log(`\n## ${name}${settings.quick ? ' (quick: not a measurement)' : ''}\n`)
    const report = await run(name, settings)
    if (report === null) continue
    const notes = machine.warning === null ? report.notes : [machine.warning, ...report.notes]
    const text = reportText({ ...report, notes })
    console.log(text)
    if (markdown && !settings.quick) await writeResult(name, `${machine.line}\n\n${text}`)
  }
}

/** A row that fails is told, and does not keep the others from being run. */
async function run(name: string, settings: Settings): Promise<Report | null> {
  const row = ROWS[name]
  if (row === undefined) throw new Error(`no such row: ${name}`)
  try {
    return await row.run(settings)
  } catch (error) {
    console.error(error)
    process.exitCode = 1
    return null
  }
}

function readOptions(): { rows: string[]; settings: Settings; markdown: boolean } | 'help' {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: {
        runs: { type: 'string', default: '3' },
        only: { type: 'string' },
        against: { type: 'string' },
        count: { type: 'string' },
        quick: { type: 'boolean', default: false },
        markdown: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    })
    if (values.help) return 'help'
    if (!/^[1-9]\d?$/.test(values.runs)) throw new Error(`--runs ${values.runs}: give a number from 1 to 99`)
    const unknown = positionals.find((name) => !Object.hasOwn(ROWS, name))
    if (unknown !== undefined) throw new Error(`no such row: ${unknown}. There are ${Object.keys(ROWS).join(', ')}`)
    const only = values.only?.split(',').map((name) => name.trim()) ?? null
    const stranger = only?.find((name) => !CONTENDERS.includes(name))
    if (stranger !== undefined) throw new Error(`no such contender: ${stranger}. There are ${CONTENDERS.join(', ')}`)
    const { against = null, count = null } = values
    if (against !== null && !/^[0-9a-f]{7,40}$/.test(against))
      throw new Error(`--against ${against}: give the name of a commit`)
    if (count !== null && !/^[1-9]\d{0,6}$/.test(count)) throw new Error(`--count ${count}: give a number`)
    if (values.markdown && (only ?? against ?? count) !== null)
      throw new Error('a result without all its peers and files does not go into RESULTS.md')
    return {
      rows: positionals.length === 0 ? Object.keys(ROWS) : positionals,
      settings: {
        runs: Number(values.runs),
        quick: values.quick,
        only,
        against,
        count: count === null ? null : Number(count),
        say: (line) => process.stderr.write(`${line}\n`),
      },
      markdown: values.markdown,
    }
  } catch (error) {
    console.error(`bench: ${error instanceof Error ? error.message : error}\n\n${HELP}`)
    process.exit(2)
  }
}
