#!/usr/bin/env node
// The command line. Plain JavaScript, so that an old Node can say what it lacks; a checkout runs its sources, an installed
// package what was built of them (Node strips no types below node_modules).
import { existsSync } from 'node:fs'

const [major, minor] = process.versions.node.split('.').map(Number)
if (major < 24 || (major === 24 && minor < 16)) {
  process.stderr.write(`conduit: Node ${process.versions.node} is too old; install Node 24.16 or newer\n`)
  process.exit(1)
}
const source = new URL('../src/cli/main.ts', import.meta.url)
await import(existsSync(source) ? source.href : new URL('../dist/cli/main.js', import.meta.url).href)
