import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readDocument } from '../../src/cli/files.ts'
import { readLocals } from '../../src/cli/jobs/commands.ts'

/** Reads a file with this text in it. */
async function read(text: string): Promise<unknown> {
  const folder = await mkdtemp(join(tmpdir(), 'conduit-file-'))
  try {
    const path = join(folder, 'job.yaml')
    await writeFile(path, text)
    return await readDocument(path)
  } finally {
    await rm(folder, { recursive: true })
  }
}

test.each(['{"a":{\n "id": 7615917337495251231}}', 'a:\n  id: 7615917337495251231\n', 'a:\n  1e400\n', 'a:\n  .nan'])(
  'a number that a double would change is refused where it stands: %j',
  async (text) => {
    await expect(read(text)).rejects.toThrow(/job\.yaml:2:\d+: a double would change .+; write it in quotes/)
  },
)

test('other numbers are taken', async () => {
  expect(await read('[0.1, -7, 1e3, 0xff, 9007199254740992, "7615917337495251231"]')).toEqual([
    0.1,
    -7,
    1000,
    255,
    9007199254740992,
    '7615917337495251231',
  ])
})

test('a local value that is a long number keeps its digits', () => {
  expect(readLocals(['id=7615917337495251231', 'n=5', 'name=Ann', 'list=[1]'])).toEqual({
    id: '7615917337495251231',
    n: 5,
    name: 'Ann',
    list: [1],
  })
})

test.each(['who', '=ada', ''])('a local value that is no pair is refused: %j', (pair) => {
  expect(() => readLocals([pair])).toThrow(`${pair}: write key=value`)
})
