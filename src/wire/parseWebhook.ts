import type { TSchema } from 'typebox'
import { validatorOf } from '../engine/schemas/validator.ts'
import { fieldErrors } from './validationError.ts'
import { type FieldError, type ProblemError, validationProblem } from './problem.ts'
import { WebhookChange, WebhookInput } from './webhook.ts'
import { isWebhookSecret, SECRET_DEMAND } from './webhookSecret.ts'

/** What the operator allows. */
export type WebhookRules = {
  /** Says why a URL may not be used, or null. */
  readonly judgeUrl: (url: string) => string | null
}

const checkInput = checker(WebhookInput)
const checkChange = checker(WebhookChange)

/** Checks a webhook to be made. Throws a `ProblemError` `invalid-webhook` with a pointer to each validation error. */
export function parseWebhook(input: unknown, rules: WebhookRules): WebhookInput {
  const webhook = checkInput(input)
  refuse([...textErrors(webhook, rules), ...secretErrors(webhook.secret)])
  return webhook
}

/** Checks a change. Throws as `parseWebhook`. */
export function parseWebhookChange(input: unknown, rules: WebhookRules): WebhookChange {
  const change = checkChange(input)
  refuse(textErrors(change, rules))
  return change
}

function checker<Schema extends TSchema>(schema: Schema) {
  const validator = validatorOf(schema)
  return (input: unknown) => {
    if (!validator.Check(input)) throw invalid(fieldErrors(validator, input))
    return input
  }
}

function textErrors({ url, description }: WebhookChange, { judgeUrl }: WebhookRules): FieldError[] {
  const reason = url === undefined ? null : judgeUrl(url)
  const odd = typeof description === 'string' && (description.includes('\0') || !description.isWellFormed())
  return [
    ...(reason === null ? [] : [{ pointer: '/url', detail: reason }]),
    ...(odd ? [{ pointer: '/description', detail: 'must not hold NUL or a lone surrogate' }] : []),
  ]
}

function secretErrors(secret: string | undefined): FieldError[] {
  return secret === undefined || isWebhookSecret(secret) ? [] : [{ pointer: '/secret', detail: SECRET_DEMAND }]
}

function refuse(errors: readonly FieldError[]): void {
  if (errors.length > 0) throw invalid(errors)
}

function invalid(errors: readonly FieldError[]): ProblemError {
  return validationProblem('invalid-webhook', errors, 'the body is no webhook')
}
