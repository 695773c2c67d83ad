import { compileValue } from '../engine/tags/template.ts'
import { actionOf } from '../engine/registeredBlock.ts'
import { APPROVAL } from '../engine/run/flow/ask.ts'
import { checkSchema } from '../engine/schemas/check.ts'
import { ClientSchema } from '../engine/schemas/clientSchema.ts'
import { getOwn, isObject, type Json, type JsonObject } from '../engine/values/json.ts'
import { pointerPart } from '../engine/values/pointer.ts'
import { NO_STEP, writtenAt } from './changeSteps.ts'
import type { FieldError } from './problem.ts'

/** What is said of paths, in `values` below a pointer, at which a written job has no step. */
export function strayPaths(job: JsonObject, values: Readonly<Record<string, unknown>>, pointer: string): FieldError[] {
  return Object.keys(values)
    .filter((path) => writtenAt(job, path) === null)
    .map((path) => ({ pointer: pointer + pointerPart(path), detail: NO_STEP }))
}

/** What is said of answers that nobody could give: to no step, or to a question whose form does not take them. */
export function strayAnswers(job: JsonObject, answers: Readonly<Record<string, Json>>, pointer: string): FieldError[] {
  const refused = Object.entries(answers).flatMap(([path, value]) => {
    const step = writtenAt(job, path)
    const form = step === null ? null : formOf(step)
    if (form === null) return []
    const problems = new ClientSchema(form).problems(value)
    return problems.map((one) => ({ pointer: pointer + pointerPart(path) + one.pointer, detail: one.detail }))
  })
  return [...strayPaths(job, answers, pointer), ...refused]
}

/** What a written step asks for; null: it asks nothing, or that is known only when it is reached. */
function formOf({ action, parameters }: JsonObject): JsonObject | null {
  if (typeof action !== 'string' || actionOf(action) !== 'FLOW.ASK') return null
  const form = (isObject(parameters) ? getOwn(parameters, 'form') : undefined) ?? APPROVAL
  if (!isObject(form)) return null
  return compileValue(form).kind === 'literal' && checkSchema(form).length === 0 ? form : null
}
