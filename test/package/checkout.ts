import { cp, mkdtemp, realpath, rm, utimes } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { linkPackages } from '../docs/image.ts'
import { ROOT } from './pack.ts'

/** What of a checkout a service is made of. */
const PARTS = ['bin', 'src', 'client/dist', 'client/package.json', 'package.json', 'package-lock.json']
const SHOWN = ['prisma/migrations', 'ui/dist', 'docs', 'README.md']

/** A checkout of its own, removed at the end of the scope. */
export type Checkout = AsyncDisposable & {
  readonly path: string
  /** Its `bin/start.js`, from the root of the checkout that the tests stand in. */
  readonly entry: string
  /** Where its bundles are. */
  readonly bundles: string
}

/** A copy of this checkout, with the same packages in a folder of its own. Its files are as old as ours. */
export async function copyCheckout(): Promise<Checkout> {
  const path = await realpath(await mkdtemp(join(tmpdir(), 'conduit-checkout-')))
  for (const part of [...PARTS, ...SHOWN]) {
    await cp(join(ROOT, part), join(path, part), { recursive: true, preserveTimestamps: true })
  }
  await linkPackages(path)
  return {
    path,
    entry: relative(ROOT, join(path, 'bin/start.js')),
    bundles: join(path, 'node_modules/.cache/conduit-bundle'),
    [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }),
  }
}

/** Says that a file was written so many seconds ago. */
export async function age(file: string, seconds: number): Promise<void> {
  const then = Date.now() / 1000 - seconds
  await utimes(file, then, then)
}
