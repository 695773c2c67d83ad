import type { Command } from 'commander'

/**
 * Every command, in the order in which a newcomer needs them. Each is loaded when it is asked for: half of them bring the
 * engine and the database's client, which the others would wait for.
 */
const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  start: async () => (await import('./start.ts')).startCommand(),
  dev: async () => (await import('./dev/command.ts')).devCommand(),
  run: async () => (await import('./run.ts')).runCommand(),
  jobs: async () => (await import('./jobs/commands.ts')).jobsCommand(),
  blocks: async () => (await import('./blocks.ts')).blocksCommand(),
  validate: async () => (await import('./validate.ts')).validateCommand(),
  test: async () => (await import('./test.ts')).testCommand(),
  definitions: async () => (await import('./definitions.ts')).definitionsCommand(),
  questions: async () => (await import('./questions.ts')).questionsCommand(),
  listen: async () => (await import('./listen/command.ts')).listenCommand(),
  schedules: async () => (await import('./schedules.ts')).schedulesCommand(),
  secrets: async () => (await import('./secrets.ts')).secretsCommand(),
  keys: async () => (await import('../admin/keys.ts')).keysCommand(),
  limits: async () => (await import('../admin/limits.ts')).limitsCommand(),
  'webhook-secret': async () => (await import('../admin/webhookSecret.ts')).webhookSecretCommand(),
  doctor: async () => (await import('./doctor.ts')).doctorCommand(),
  completion: async () => (await import('./completion.ts')).completionCommand(),
}

/** Words that no command is needed for. */
const ALONE = ['--version', '-V']

/** The command that the first word names; all of them where it names none, as for help, or one that tells of all. */
export async function commandsFor(word: string | undefined): Promise<Command[]> {
  if (word !== undefined && ALONE.includes(word)) return []
  const named =
    word === undefined || word === 'completion' || !Object.hasOwn(COMMANDS, word) ? undefined : COMMANDS[word]
  return named === undefined ? Promise.all(Object.values(COMMANDS).map((load) => load())) : [await named()]
}
