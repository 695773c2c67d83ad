import { actions, parameters, steps } from './wrong/calls.ts'
import { refused } from './wrong/forms.ts'
import type { Wrong } from './wrong/parts.ts'
import { decided, tags } from './wrong/texts.ts'

/** Definitions that people write, each with the problem that must come. */
export const wrongDefinitions: readonly Wrong[] = [...actions, ...steps, ...parameters, ...tags, ...decided, ...refused]
