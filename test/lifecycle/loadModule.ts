import { loadBlocks } from '../../src/compose/blocks.ts'

// Loads a module of BLOCKS as a service does, in a process of Node's own: the runner of tests reads modules in another way.
const [path = ''] = process.argv.slice(2)
try {
  await loadBlocks([path])
  process.stdout.write('it was loaded')
} catch (error) {
  process.stdout.write(error instanceof Error ? error.message : 'no error was thrown')
}
