// Starts the service. Plain JavaScript, so that what comes after it can be kept compiled.
import { keepCompiled } from './compiled.js'
import { complaint } from './nodeVersion.js'

const wrong = complaint()
if (wrong !== null) {
  process.stderr.write(`${wrong}\n`)
  process.exit(1)
}
keepCompiled()
await import('../src/main.ts')
