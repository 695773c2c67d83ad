/** What is said instead of a command by who knows other tools, and which one does it. */
const ELSEWHERE: Readonly<Record<string, readonly string[]>> = {
  'jobs show': ['show', 'get', 'status', 'describe', 'inspect'],
  'jobs list': ['list', 'ls', 'ps'],
  'jobs watch': ['watch', 'logs', 'log', 'events', 'tail', 'follow', 'wait'],
  'jobs cancel': ['cancel', 'stop', 'kill', 'abort'],
  'jobs rerun': ['rerun', 'retry', 'restart', 'resume'],
  'jobs why': ['why', 'explain'],
  run: ['submit', 'post', 'exec', 'execute', 'create', 'new', 'run'],
  start: ['serve', 'server', 'up'],
  validate: ['check', 'lint'],
  doctor: ['health', 'ping', 'info'],
  'definitions push': ['push', 'deploy', 'apply'],
  'definitions pull': ['pull', 'export'],
  'definitions diff': ['diff'],
  'schedules trigger': ['trigger'],
  'schedules backfill': ['backfill'],
  'questions answer': ['answer'],
}

/**
 * The command that was meant by words for which there is none, as it is to be typed; null where nothing is known. Below
 * `jobs` are other words for its own commands, and for what makes a job.
 */
export function meantBy([first = '', ...rest]: readonly string[]): string | null {
  const belowJobs = first === 'jobs'
  const [word = '', ...more] = belowJobs ? rest : [first, ...rest]
  const [command] =
    Object.entries(ELSEWHERE).find(
      ([meant, words]) => words.includes(word) && (!belowJobs || meant === 'run' || meant.startsWith('jobs ')),
    ) ?? []
  const said = belowJobs ? `jobs ${word}` : word
  return command === undefined || command === said ? null : ['conduit', command, ...more].join(' ')
}
