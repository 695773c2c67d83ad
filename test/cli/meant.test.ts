import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Command } from 'commander'
import { expect, test } from 'vitest'
import { commandsFor } from '../../src/cli/commands.ts'
import { meantBy } from '../../src/cli/meant.ts'
import { ROOT } from '../docs/fences.ts'

test.each([
  ['show 7', 'conduit jobs show 7'],
  ['status 7', 'conduit jobs show 7'],
  ['list', 'conduit jobs list'],
  ['logs 7', 'conduit jobs watch 7'],
  ['cancel 7', 'conduit jobs cancel 7'],
  ['submit greet.yaml --wait', 'conduit run greet.yaml --wait'],
  ['serve', 'conduit start'],
  ['jobs get 7', 'conduit jobs show 7'],
  ['jobs ls', 'conduit jobs list'],
  ['jobs run greet.yaml', 'conduit run greet.yaml'],
  ['constructor', null],
  ['jobs push', null],
  ['', null],
])('conduit %s: what was meant is said with what was given', (words, meant) => {
  expect(meantBy(words.split(' '))).toBe(meant)
})

function pathsOf(command: Command, above: string[] = []): string[][] {
  const path = [...above, command.name()]
  return [path, ...command.commands.flatMap((below) => pathsOf(below, path))]
}

test('no command that there is is taken for another, and whatever is suggested is one', async () => {
  const paths = (await commandsFor(undefined)).flatMap((command) => pathsOf(command))
  for (const path of paths) expect([path, meantBy(path)]).toEqual([path, null])
  const known = new Set(paths.map((path) => `conduit ${path.join(' ')}`))
  for (const word of [
    'show',
    'ps',
    'tail',
    'stop',
    'retry',
    'explain',
    'post',
    'up',
    'lint',
    'ping',
    'apply',
    'pull',
    'diff',
    'trigger',
    'backfill',
    'answer',
  ])
    expect([...known]).toContain(meantBy([word]))
})

test('the command line says it and ends with 2', async () => {
  const run = promisify(execFile)(process.execPath, [join(ROOT, 'bin/conduit.js'), 'show', 'my-job'])
  await expect(run).rejects.toMatchObject({
    code: 2,
    stdout: '',
    stderr: 'conduit: there is no such command; did you mean: conduit jobs show my-job\n',
  })
})
