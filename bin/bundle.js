// Makes the bundle of a checkout's sources and their packages. See bundled.js.
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join, relative, sep } from 'node:path'
import { pathToFileURL } from 'node:url'
import { rolldown } from 'rolldown'
import { FOLDER, MANIFEST, ROOT, stateOf } from './bundled.js'

/** What processes and threads begin with, and what a program imports. */
const ENTRIES = ['main', 'index', 'cli/main', 'cli/dev/reserve', 'executor/lease/leaseKeeper', 'store/modelsClient']

/** Packages that read files of their own beside them, or that are none to bundle: they are loaded as they are. */
const AS_THEY_ARE = ['@fastify/swagger-ui', 'jsonc-parser', 'pino-pretty']

/**
 * What else a bundle is made of: the packages, by the file that says which (what npm notes beside them differs by how they
 * were installed, as in the stages of an image), and this.
 */
const BESIDE = ['package-lock.json', 'bin/bundle.js']

const making = join(FOLDER, 'making')

/** Another that died while it made one is not waited for. */
const ABANDONED_MS = 120_000

const begun = Date.now()
takeTurn()
try {
  const files = [...(await bundle()), ...BESIDE].sort()
  keep(files)
} finally {
  rmSync(making, { recursive: true, force: true })
}

/** One at a time: a second leaves it to the first. */
function takeTurn() {
  mkdirSync(FOLDER, { recursive: true })
  const other = statSync(making, { throwIfNoEntry: false })
  if (other !== undefined && begun - other.mtimeMs > ABANDONED_MS) rmSync(making, { recursive: true, force: true })
  try {
    mkdirSync(making)
  } catch (error) {
    if (error.code !== 'EEXIST') throw error
    process.exit(0)
  }
}

/** Writes it, and gives the sources that are in it, from the root. */
async function bundle() {
  const bundler = await rolldown({
    cwd: ROOT,
    input: Object.fromEntries(ENTRIES.map((name) => [name.replaceAll('/', '-'), join(ROOT, `src/${name}.ts`)])),
    platform: 'node',
    external: (id) => AS_THEY_ARE.some((name) => id === name || id.startsWith(`${name}/`)),
    // What a module does when it is loaded, it does here too.
    treeshake: false,
    plugins: [{ name: 'places', transform: placed }],
    logLevel: 'silent',
  })
  const { output } = await bundler.write({
    dir: making,
    format: 'esm',
    keepNames: true,
    entryFileNames: '[name].mjs',
    chunkFileNames: 'part-[hash].mjs',
  })
  await bundler.close()
  const modules = output.flatMap((part) => (part.type === 'chunk' ? Object.keys(part.modules) : []))
  return [...new Set(modules.map((id) => relative(ROOT, id).split(sep).join('/')))].filter((file) => {
    return file.startsWith('src/') || file.startsWith('client/')
  })
}

/** A module finds what lies beside its source by where that is. Only src/entries.ts looks in the bundle. */
function placed(code, id) {
  if (id === join(ROOT, 'src/entries.ts') || !/import\.meta\.|__dirname|__filename/.test(code)) return null
  const [url, folder, file] = [pathToFileURL(id).href, dirname(id), id].map((text) => JSON.stringify(text))
  return code
    .replace(/\bimport\.meta\.url\b/g, url)
    .replace(/\bimport\.meta\.dirname\b/g, folder)
    .replace(/(?<!["'\w.])__dirname\b(?!["'])/g, folder)
    .replace(/(?<!["'\w.])__filename\b(?!["'])/g, file)
}

/** The bundle is used from now on. The one before stays for who runs of it. */
function keep(files) {
  // Of a file that was written meanwhile nobody knows which form is in it.
  const isWritten = (file) => (statSync(join(ROOT, file), { throwIfNoEntry: false })?.mtimeMs ?? 0) >= begun
  if (files.some(isWritten)) return
  const state = stateOf(files)
  const kept = [lastState(), 'making']
  for (const { name } of readdirSync(FOLDER, { withFileTypes: true }).filter((entry) => entry.isDirectory())) {
    if (!kept.includes(name)) rmSync(join(FOLDER, name), { recursive: true, force: true })
  }
  rmSync(join(FOLDER, state), { recursive: true, force: true })
  renameSync(making, join(FOLDER, state))
  const written = `${MANIFEST}.new`
  writeFileSync(written, JSON.stringify({ state, files }))
  renameSync(written, MANIFEST)
}

function lastState() {
  try {
    return JSON.parse(readFileSync(MANIFEST, 'utf8')).state
  } catch {
    return null
  }
}
