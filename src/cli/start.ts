import { Command } from 'commander'

/** `conduit start`: the service, as `npm start` runs it. Settings come from the environment. */
export function startCommand(): Command {
  return new Command('start').description('Runs the service; settings come from the environment.').action(async () => {
    const { serve } = await import('../main.ts')
    await serve()
  })
}
