// Writes `dist`, which is committed: a checkout's client works in Node 20 and in browsers without a build.
import { execFileSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import { join } from 'node:path'

const folder = import.meta.dirname
rmSync(join(folder, 'dist'), { recursive: true, force: true })
execFileSync('tsc', ['--project', folder, '--noEmit', 'false'], { stdio: 'inherit' })
