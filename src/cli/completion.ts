import { Argument, Command } from 'commander'
import { print } from '../terminal/output.ts'

const SHELLS = ['bash', 'zsh', 'fish'] as const
type Shell = (typeof SHELLS)[number]

/** `conduit completion`: a script that completes commands, made from the commands there are. */
export function completionCommand(): Command {
  return new Command('completion')
    .description('Prints a script that completes commands; e.g. eval "$(conduit completion bash)".')
    .addArgument(new Argument('<shell>').choices(SHELLS))
    .action((shell: Shell, _options, command: Command) => {
      const root = command.parent as Command
      const words = Object.fromEntries(
        root.commands.map((each) => [each.name(), each.commands.map((sub) => sub.name())]),
      )
      print(SCRIPTS[shell](words))
    })
}

type Words = Readonly<Record<string, readonly string[]>>

const SCRIPTS: Record<Shell, (words: Words) => string> = {
  bash: (words) => `_conduit() {
  local words
  case "\${COMP_WORDS[1]}" in
${cases(words, (subs) => `words="${subs.join(' ')}"`)}
  esac
  [ "$COMP_CWORD" = 1 ] && words="${Object.keys(words).join(' ')}"
  [ "$COMP_CWORD" -le 2 ] && COMPREPLY=($(compgen -W "$words" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _conduit conduit`,
  zsh: (words) => `_conduit() {
  if (( CURRENT == 2 )); then compadd ${Object.keys(words).join(' ')}; return; fi
  case "$words[2]" in
${cases(words, (subs) => `(( CURRENT == 3 )) && compadd ${subs.join(' ')}`)}
    *) _files;;
  esac
}
compdef _conduit conduit`,
  fish: (words) =>
    Object.entries(words)
      .flatMap(([name, subs]) => [
        `complete -c conduit -n __fish_use_subcommand -a ${name}`,
        ...subs.map((sub) => `complete -c conduit -n '__fish_seen_subcommand_from ${name}' -a ${sub}`),
      ])
      .join('\n'),
}

function cases(words: Words, command: (subs: readonly string[]) => string): string {
  return Object.entries(words)
    .filter(([, subs]) => subs.length > 0)
    .map(([name, subs]) => `    ${name}) ${command(subs)};;`)
    .join('\n')
}
