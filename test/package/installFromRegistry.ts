import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ROOT, run } from './pack.ts'

// By hand (`npm run package:install`): npm itself installs what would be published in an empty folder, with the registry's
// packages, and what it installed is run. package.test.ts does the same without a registry.
const folder = await mkdtemp(join(tmpdir(), 'conduit-install-'))
try {
  const packed = await run('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', folder], ROOT)
  const [{ filename }] = JSON.parse(packed) as [{ filename: string }]
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }\n')
  const began = Date.now()
  await run('npm', ['install', `./${filename}`, '--prefer-offline', '--no-audit', '--no-fund'], folder)
  process.stdout.write(`installed in ${Math.round((Date.now() - began) / 1000)} s\n`)
  await writeFile(
    join(folder, 'program.js'),
    "import { runJob } from '@conduit-jobs/server'\nconsole.log((await runJob({ steps: [], output: 1 })).output)\n",
  )
  process.stdout.write(await run(process.execPath, ['program.js'], folder))
  process.stdout.write(await run('npx', ['conduit', '--version'], folder))
  // Without an installation, straight from the file.
  const elsewhere = join(folder, 'elsewhere')
  await mkdir(elsewhere)
  const packageOption = `--package=${join(folder, filename)}`
  const npx = ['--yes', '--prefer-offline', packageOption, 'conduit', '--version']
  process.stdout.write(await run('npx', npx, elsewhere))
} finally {
  await rm(folder, { recursive: true, force: true })
}
