import { Command, InvalidArgumentError } from 'commander'
import { addCommands } from './commands.ts'
import type { Context } from './context.ts'
import { tellFailure } from './terminal/failure.ts'
import { watchOutput } from './terminal/print.ts'
import { EXIT } from './terminal/refusal.ts'
import { packageVersion } from './version.ts'

/** Carries out one command line (without node and script). Never throws; returns the exit code. */
export async function runCommandLine(args: readonly string[]): Promise<number> {
  watchOutput()
  let code: number = EXIT.ok
  const program = createProgram((result) => {
    code = result
  })
  try {
    await program.parseAsync(args, { from: 'user' })
    return code
  } catch (error) {
    return tellFailure(error)
  }
}

function fileName(text: string): string {
  if (text === '') throw new InvalidArgumentError('Name a file.')
  return text
}

/** The tree of all commands; `done` gets the exit code of the one that ran. */
function createProgram(done: (code: number) => void): Command {
  const program = new Command('drivekeep')
    .description('Keeps a verified, restorable copy of everything in Google Drive in S3-compatible storage.')
    .version(packageVersion(), '-V, --version', 'print the version')
    .option('--config <file>', 'the configuration', fileName, 'config.yaml')
    .helpCommand('help [command]', 'show the help of a command')
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, 'drivekeep: ')) })
    .showHelpAfterError('Run `drivekeep --help` for all commands.')
    .exitOverride()
  const context = (): Context => ({
    configFile: program.opts<{ config: string }>().config,
    named: program.getOptionValueSource('config') === 'cli',
  })
  addCommands(program, context, done)
  return program
}
