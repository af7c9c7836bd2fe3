import { Argument, type Command, Option } from 'commander'
import { LAYOUTS } from '../backup/model/destination.ts'
import type { Context } from './context.ts'

type Action<Arguments extends unknown[]> = (context: Context, ...args: Arguments) => Promise<number>

/**
 * Every command with its options and an example. What it does stands in the file of its name, which is loaded when the
 * command is carried out: so `drivekeep version` need not load a database.
 */
export function addCommands(program: Command, context: () => Context, done: (code: number) => void): void {
  /** Carries out a command and hands on its exit code. */
  const run =
    <Arguments extends unknown[]>(load: () => Promise<Action<Arguments>>) =>
    async (...args: unknown[]) => {
      // Behind a command's own arguments commander passes itself.
      const own = args.slice(0, -1) as Arguments
      done(await (await load())(context(), ...own))
    }
  const add = (spec: string, description: string, example: string) =>
    program.command(spec).description(description).addHelpText('after', `\nExample:\n  ${example}`)

  add('init', 'write config.yaml and .env, make the catalog and the first user', 'drivekeep init --user anna')
    .option('--force', 'replace config.yaml and .env; the old ones are kept beside them as *.old')
    .option('--user <name>', 'the name of the first user (default: admin)')
    .option('--password-stdin', 'read the password of the first user from stdin')
    .action(run(async () => (await import('./commands/init.ts')).init))
  add('sign-in', 'sign in at Google with a browser, and keep the refresh token in .env', 'drivekeep sign-in')
    .option('--source <name>', 'the entry of sources in config.yaml to sign in for (default: google_drive)')
    .action(run(async () => (await import('./commands/sign-in.ts')).signIn))
  add('start', 'run the daemon in the foreground', 'drivekeep --config /etc/drivekeep/config.yaml start').action(
    run(async () => (await import('./commands/start.ts')).start),
  )
  add('sync', 'back up until nothing is pending, then exit', 'drivekeep sync --json | tail -n 1 | jq .failed')
    .option('--json', 'print one summary object last')
    .addHelpText('after', EXIT_CODES_OF_SYNC)
    .action(run(async () => (await import('./commands/sync.ts')).sync))

  add('status', 'show what the daemon does and how much is protected', 'drivekeep status --json | jq .coverage')
    .option('--json', 'print JSON')
    .action(run(async () => (await import('./commands/status.ts')).status))
  add('pause', 'let files in flight finish and start no more', 'drivekeep pause').action(
    run(async () => (await import('./commands/choose.ts')).pause),
  )
  add('resume', 'back up again after pause or stop', 'drivekeep resume').action(
    run(async () => (await import('./commands/choose.ts')).resume),
  )
  add('stop', 'stop backing up at once; the process stays up', 'drivekeep stop').action(
    run(async () => (await import('./commands/choose.ts')).stop),
  )

  add('ls', 'list what is in Drive and how it is protected', "drivekeep ls -R 'Projects/2026'")
    .addArgument(new Argument('[path]', 'a path or id; without it, the top of the drive'))
    .option('-R, --recursive', 'with everything below')
    .option('--at <moment>', 'as the drive was then, such as "2026-11-30 14:00"')
    .option('--json', 'print a JSON array')
    .action(run(async () => (await import('./commands/files/ls.ts')).ls))
  add('history', 'show where an item was, and what it held', "drivekeep history 'Projects/plan.pdf'")
    .addArgument(new Argument('<path>', 'its path or id'))
    .option('--json', 'print JSON')
    .action(run(async () => (await import('./commands/files/history.ts')).history))
  add('failures', 'list the files that a fault keeps from being protected', 'drivekeep failures')
    .option('--json', 'print JSON')
    .option('--all', 'name every file, not only the first 20 of each fault')
    .action(run(async () => (await import('./commands/files/failures.ts')).failures))
  add('retry', 'try failed files again now', "drivekeep retry 'Projects/plan.pdf'")
    .addArgument(new Argument('[path]', 'the path or id of one file'))
    .option('--all', 'all of them')
    .action(run(async () => (await import('./commands/files/retry.ts')).retry))

  add('reconcile', 'list everything in Drive again, and compare it with what is known', 'drivekeep reconcile')
    .addArgument(new Argument('[source]', 'one source, by its name in config.yaml or its address; without it, all'))
    .action(run(async () => (await import('./commands/reconcile.ts')).reconcile))
  add('confirm', 'confirm a mass change, so that copies move after their files again', 'drivekeep confirm')
    .addArgument(new Argument('[source]', 'one source, by its name in config.yaml or its address; without it, all'))
    .action(run(async () => (await import('./commands/confirm.ts')).confirm))

  const destination = program.command('destination').description('change how copies are kept at a destination')
  destination
    .command('convert')
    .description('give the copies of a destination the keys of another layout')
    .addArgument(new Argument('<name>', 'its name under destinations in config.yaml'))
    .addOption(new Option('--to <layout>', 'the new layout').choices(LAYOUTS).makeOptionMandatory())
    .addHelpText('after', '\nExample:\n  drivekeep destination convert aws_s3 --to id')
    .action(run(async () => (await import('./commands/destination.ts')).convert))

  add('doctor', 'test credentials, rights, clock, disk and catalog, and say what to do', 'drivekeep doctor')
    .option('--json', 'print JSON')
    .action(run(async () => (await import('./commands/doctor.ts')).doctor))
  addUserCommands(program, run)
  const config = program.command('config').description('check the configuration, or describe its keys')
  config
    .command('check')
    .description('say whether the configuration is valid, and everything that is not')
    .addHelpText('after', '\nExample:\n  drivekeep --config /etc/drivekeep/config.yaml config check')
    .action(run(async () => (await import('./commands/config.ts')).check))
  config
    .command('reset')
    .description('forget what was set in the dashboard: config.yaml, or the default, decides again')
    .argument('<keys...>', 'keys as in config.yaml, or sections of them')
    .addHelpText('after', '\nExample:\n  drivekeep config reset sync.interval_seconds destinations.eu_provider')
    .action(run(async () => (await import('./commands/config.ts')).reset))
  config
    .command('schema')
    .description('print the JSON Schema of config.yaml, for editors')
    .addHelpText('after', '\nExample:\n  drivekeep config schema > config.schema.json')
    .action(run(async () => (await import('./commands/config.ts')).schema))
  add('version', 'print the versions of Drivekeep and Node', 'drivekeep version')
    .option('--json', 'print JSON')
    .action(run(async () => (await import('./version.ts')).version))
  add(
    'completion',
    'print a completion script for a shell',
    'drivekeep completion bash > ~/.bash_completion.d/drivekeep',
  )
    .addArgument(new Argument('<shell>').choices(['bash', 'zsh', 'fish']))
    .action(run(async () => (await import('./commands/completion.ts')).completionOf(program)))
}

type Run = <Arguments extends unknown[]>(
  load: () => Promise<Action<Arguments>>,
) => (...args: unknown[]) => Promise<void>

function addUserCommands(program: Command, run: Run): void {
  const user = program.command('user').description('add, list and remove users of the dashboard, or set a password')
  const add = (spec: string, description: string, example: string) =>
    user.command(spec).description(description).addHelpText('after', `\nExample:\n  ${example}`)
  const name = () => new Argument('<name>', 'the name of the user')
  const fromStdin = ['--password-stdin', 'read the password from stdin'] as const
  add('add', 'add a user', 'drivekeep user add anna --role operator')
    .addArgument(name())
    .addOption(
      new Option('--role <role>', 'what the user may do').choices(['viewer', 'operator', 'admin']).default('viewer'),
    )
    .option(...fromStdin)
    .action(run(async () => (await import('./commands/user.ts')).add))
  add('list', 'list all users', 'drivekeep user list --json | jq .[].name')
    .option('--json', 'print JSON')
    .action(run(async () => (await import('./commands/user.ts')).list))
  add('password', 'set a new password, also a forgotten one; ends all sessions', 'drivekeep user password anna')
    .addArgument(name())
    .option(...fromStdin)
    .action(run(async () => (await import('./commands/user.ts')).password))
  add('remove', 'remove a user, with all sessions and API tokens', 'drivekeep user remove anna')
    .addArgument(name())
    .action(run(async () => (await import('./commands/user.ts')).remove))
}

const EXIT_CODES_OF_SYNC = `
Exit codes:
  0    everything is protected, or skipped for a known reason
  1    it could not run, or gave up on a fault
  2    the configuration is wrong
  3    something failed or is still pending
  130  interrupted`
