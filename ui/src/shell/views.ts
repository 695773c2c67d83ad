import type { texts } from '../texts.ts'
import type { IconName } from './icons.tsx'

/** A view with a place of its own, and the scopes of which one leads into it. */
export type View = {
  readonly name: IconName & keyof typeof texts.nav
  readonly path: string
  readonly scopes: readonly string[]
}

/** In the order of the navigation. */
export const VIEWS: readonly View[] = [
  { name: 'overview', path: '/', scopes: ['jobs:read'] },
  { name: 'jobs', path: '/jobs', scopes: ['jobs:read'] },
  { name: 'editor', path: '/editor', scopes: ['jobs:write', 'definitions:write'] },
  { name: 'definitions', path: '/definitions', scopes: ['definitions:read'] },
  { name: 'questions', path: '/questions', scopes: ['questions:read'] },
  { name: 'schedules', path: '/schedules', scopes: ['schedules:read'] },
  { name: 'blocks', path: '/blocks', scopes: ['blocks:read'] },
  { name: 'webhooks', path: '/webhooks', scopes: ['webhooks'] },
  { name: 'access', path: '/access', scopes: ['admin', 'secrets:read'] },
]

/** The view that an address is in. */
export function viewAt(path: string): View | undefined {
  return VIEWS.find(({ path: own }) => path === own || (own !== '/' && path.startsWith(`${own}/`)))
}
