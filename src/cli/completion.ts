import type { Command } from 'commander'
import type { Context } from './context.ts'
import { print } from './print.ts'
import { createProgram } from './program.ts'
import { EXIT } from './refusal.ts'

/** One command with what may follow it, as a completion script needs it. */
interface Completed {
  /** `config check`; empty for the program itself. */
  path: string
  words: { word: string; description: string }[]
}

/** Prints a script made from the tree of commands, so it can name nothing that does not exist. */
export async function completion(_: Context, shell: 'bash' | 'zsh' | 'fish'): Promise<number> {
  const program = createProgram(() => {})
  const commands = walk(program, '')
  const scripts = { bash, zsh, fish }
  await print(scripts[shell](commands))
  return EXIT.ok
}

function walk(command: Command, path: string): Completed[] {
  const help = command.createHelp()
  const options = [...help.visibleOptions(command), ...(path === '' ? [] : help.visibleGlobalOptions(command))]
  const words = [
    ...help.visibleCommands(command).map((one) => ({ word: one.name(), description: one.description() })),
    ...command.registeredArguments.flatMap(({ argChoices = [] }) =>
      argChoices.map((word) => ({ word, description: '' })),
    ),
    ...options.flatMap(({ long, description }) => (long === undefined ? [] : [{ word: long, description }])),
  ]
  return [{ path, words }, ...command.commands.flatMap((one) => walk(one, `${path} ${one.name()}`.trim()))]
}

const single = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`
const plain = ({ words }: Completed) => words.map(({ word }) => word).join(' ')

/** Commands are at most two words deep: the words of the command line that are no options make the path. */
function bash(commands: Completed[]): string {
  const cases = commands.map((one) => `    ${single(one.path)}) words=${single(plain(one))} ;;`)
  return `# bash completion of drivekeep
_drivekeep() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD-1]} path= words= i
  if [[ $previous == --config ]]; then
    COMPREPLY=($(compgen -f -- "$current"))
    return
  fi
  for ((i = 1; i < COMP_CWORD; i++)); do
    case \${COMP_WORDS[i]} in
      --config) ((i++)) ;;
      -*) ;;
      *) path="$path \${COMP_WORDS[i]}" ;;
    esac
  done
  case \${path# } in
${cases.join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _drivekeep drivekeep`
}

function zsh(commands: Completed[]): string {
  const cases = commands.map(({ path, words }) => {
    const described = words.map(({ word, description }) => single(`${word}:${description}`))
    return `    ${single(path)}) words_=(${described.join(' ')}) ;;`
  })
  return `#compdef drivekeep
_drivekeep() {
  local path_= i
  local -a words_
  if [[ $words[CURRENT-1] == --config ]]; then
    _files
    return
  fi
  for ((i = 2; i < CURRENT; i++)); do
    case $words[i] in
      --config) ((i++)) ;;
      -*) ;;
      *) path_="$path_ $words[i]" ;;
    esac
  done
  case \${path_# } in
${cases.join('\n')}
  esac
  _describe drivekeep words_
}
compdef _drivekeep drivekeep`
}

function fish(commands: Completed[]): string {
  const lines = commands.flatMap(({ path, words }) => {
    const condition = `-n "__drivekeep_at ${single(path)}"`
    return words.map(({ word, description }) => {
      const what = word.startsWith('--') ? `-l ${word.slice(2)}` : `-a ${word}`
      const file = word === '--config' ? ' -r -F' : ''
      return `complete -c drivekeep ${condition} ${what}${file} -d ${single(description)}`
    })
  })
  return `# fish completion of drivekeep
function __drivekeep_at
  set -l tokens (commandline -opc)
  set -l path
  set -l skip 0
  for token in $tokens[2..-1]
    if test $skip = 1
      set skip 0
    else if test "$token" = --config
      set skip 1
    else if not string match -q -- '-*' $token
      set -a path $token
    end
  end
  test "$path" = "$argv[1]"
end
complete -c drivekeep -f
${lines.join('\n')}`
}
