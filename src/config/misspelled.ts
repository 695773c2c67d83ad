import { nearestName } from '../engine/nearest.ts'
import { Settings } from './settings.ts'

/**
 * Variables that nobody reads and that are a slip away from one that is read, each with that one. Everything else in an
 * environment is somebody else's.
 */
export function misspelledSettings(environment: Readonly<Record<string, string | undefined>>): Misspelled[] {
  const known = Object.keys(Settings.properties)
  return Object.keys(environment).flatMap((name) => {
    const meant = known.includes(name) ? null : nearestName(name, known)
    return meant === null ? [] : [{ name, meant }]
  })
}

/** A variable that was most likely meant as another. */
export type Misspelled = { readonly name: string; readonly meant: string }
