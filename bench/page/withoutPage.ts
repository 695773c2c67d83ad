import module from 'node:module'

// Loaded before a service by `--import`: with BENCH_WITHOUT_PAGE it has no routes of the page, and loads nothing of it.
// The hook is there in both cases, so that what it costs is no difference.

const PAGE = '/src/http/page/routes.ts'
const NO_ROUTES = 'export async function pageRoutes() {}'
const isWithout = process.env['BENCH_WITHOUT_PAGE'] !== undefined

module.registerHooks({
  load: (url, context, next) =>
    isWithout && url.endsWith(PAGE) ? { format: 'module', shortCircuit: true, source: NO_ROUTES } : next(url, context),
})
