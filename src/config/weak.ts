import type { Config } from './settings.ts'

/** A root of secrets that is shorter can be found by trying. */
const ROOT_CHARACTERS = 16

/** A setting that works, and that nobody should have. */
export type WeakSetting = { readonly name: keyof Config; readonly why: string }

/** Settings that the service starts with, but should not have: each with what to do. */
export function weakSettings({ WEBHOOK_SECRET: root }: Config): WeakSetting[] {
  // Every tenant may know what was derived from it, and try in peace what gives the same. Not refused: it may have signed
  // for years, and another one changes the secret of each tenant.
  if (root === undefined || root.length >= ROOT_CHARACTERS) return []
  const why = `WEBHOOK_SECRET has fewer than ${ROOT_CHARACTERS} characters: who gets a callback could guess it; set a random one, or leave it out, and one is made and kept in the database`
  return [{ name: 'WEBHOOK_SECRET', why }]
}
