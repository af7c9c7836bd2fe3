import type { Command } from 'commander'
import type { Context } from '../context.ts'
import { print } from '../terminal/print.ts'
import { EXIT } from '../terminal/refusal.ts'

/** One command with what may follow it, as a completion script needs it. */
interface Completed {
  /** `config check`; empty for the program itself. */
  path: string
  words: { word: string; description: string }[]
  /** Options that take a value, with those it may have; none: any. */
  values: { option: string; choices: readonly string[] }[]
}

/** Prints a script made from the tree of commands, so it can name nothing that does not exist. */
export function completionOf(program: Command) {
  return async (_: Context, shell: 'bash' | 'zsh' | 'fish'): Promise<number> => {
    const scripts = { bash, zsh, fish }
    await print(scripts[shell](walk(program, '')))
    return EXIT.ok
  }
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
  const values = options.flatMap(({ long, required, argChoices = [] }) =>
    required && typeof long === 'string' ? [{ option: long, choices: argChoices }] : [],
  )
  return [{ path, words, values }, ...command.commands.flatMap((one) => walk(one, `${path} ${one.name()}`.trim()))]
}

const single = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`
/** Each option that takes a value, once. They mean the same in every command that has them. */
const valued = (commands: Completed[]) =>
  new Map(commands.flatMap(({ values }) => values.map(({ option, choices }) => [option, choices] as const)))
const known = (commands: Completed[]) => `|${commands.map(({ path }) => path).join('|')}|`
const plain = ({ words }: Completed) => words.map(({ word }) => word).join(' ')

/** The words of the command line that lead to a command make the path; what follows them are its arguments. */
function bash(commands: Completed[]): string {
  const cases = commands.map((one) => `    ${single(one.path)}) words=${single(plain(one))} ;;`)
  const options = valued(commands)
  const skipped = [...options.keys()].join('|')
  const taken = [...options].flatMap(([option, choices]) =>
    option === '--config'
      ? []
      : `    ${option}) COMPREPLY=($(compgen -W ${single(choices.join(' '))} -- "$current")); return ;;`,
  )
  return `# bash completion of drivekeep
_drivekeep() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD-1]} path= words= longer= i
  local known=${single(known(commands))}
  case $previous in
    --config) COMPREPLY=($(compgen -f -- "$current")); return ;;
${taken.join('\n')}
  esac
  for ((i = 1; i < COMP_CWORD; i++)); do
    case \${COMP_WORDS[i]} in
      ${skipped}) ((i++)) ;;
      -*) ;;
      *)
        longer="$path \${COMP_WORDS[i]}"
        [[ $known == *"|\${longer# }|"* ]] && path=$longer
        ;;
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
  const options = valued(commands)
  const skipped = [...options.keys()].join('|')
  const taken = [...options].flatMap(([option, choices]) =>
    option === '--config' ? [] : `    ${option}) compadd -- ${choices.join(' ')}; return ;;`,
  )
  return `#compdef drivekeep
_drivekeep() {
  local path_= longer= i
  local known=${single(known(commands))}
  local -a words_
  case $words[CURRENT-1] in
    --config) _files; return ;;
${taken.join('\n')}
  esac
  for ((i = 2; i < CURRENT; i++)); do
    case $words[i] in
      ${skipped}) ((i++)) ;;
      -*) ;;
      *)
        longer="$path_ $words[i]"
        [[ $known == *"|\${longer# }|"* ]] && path_=$longer
        ;;
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
  const skipped = [...valued(commands).keys()].join(' ')
  const lines = commands.flatMap(({ path, words, values }) => {
    const condition = `-n "__drivekeep_at ${single(path)}"`
    return words.map(({ word, description }) => {
      const value = values.find(({ option }) => option === word)
      const what = word.startsWith('--') ? `-l ${word.slice(2)}` : `-a ${word}`
      const named = word === '--config' ? ' -F' : ` -f -a ${single(value?.choices.join(' ') ?? '')}`
      const takes = value === undefined ? '' : ` -r${named}`
      return `complete -c drivekeep ${condition} ${what}${takes} -d ${single(description)}`
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
    else if contains -- $token ${skipped}
      set skip 1
    else if contains -- (string join ' ' -- $path $token) ${commands.map(({ path }) => single(path)).join(' ')}
      set -a path $token
    end
  end
  test "$path" = "$argv[1]"
end
complete -c drivekeep -f
${lines.join('\n')}`
}
