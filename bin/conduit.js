#!/usr/bin/env node
// The command line. A checkout runs its sources, an installed package what was built of them (Node strips no types below
// node_modules).
import { existsSync } from 'node:fs'
import { keepCompiled } from './compiled.js'
import { complaint } from './nodeVersion.js'

const wrong = complaint()
if (wrong !== null) {
  process.stderr.write(`${wrong}\n`)
  process.exit(1)
}
keepCompiled()
const source = new URL('../src/cli/main.ts', import.meta.url)
await import(existsSync(source) ? source.href : new URL('../dist/cli/main.js', import.meta.url).href)
