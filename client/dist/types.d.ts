import type { components } from './generated/schema.ts';
type Schemas = components['schemas'];
/** What a client posts. */
/** A job to be made: its steps, or a definition by its name. */
export type JobInput = Schemas['JobInput'] | Schemas['JobByName'];
export type StepInput = Schemas['StepInput'];
/** A job as it stands. */
export type Job = Schemas['Job'];
/** A row of the list. */
export type JobSummary = Schemas['JobSummary'];
export type Step = Schemas['Step'];
/** What is told of a job. More kinds may come: ignore a `type` that you do not know. */
export type JobEvent = Schemas['Event'];
export type JobToken = Schemas['JobToken'];
export type Block = Schemas['Block'];
export type NamedDefinition = Schemas['NamedDefinition'];
export type DefinitionVersion = Schemas['DefinitionVersion'];
/** Who asks, and what of the service they are told. */
export type Me = Schemas['Me'];
export type KeyChange = Schemas['KeyChange'];
export type KeyRotation = Schemas['KeyRotation'];
export type Key = Schemas['Key'];
export type KeyInput = Schemas['KeyInput'];
export type NewKey = Schemas['NewKey'];
export type AuditEntry = Schemas['AuditEntry'];
export type Webhook = Schemas['Webhook'];
export type WebhookInput = Schemas['WebhookInput'];
export type WebhookChange = Schemas['WebhookChange'];
export type WebhookWithSecret = Schemas['WebhookWithSecret'];
export type Delivery = Schemas['Delivery'];
export type Limits = Schemas['Limits'];
export type LimitsInput = Schemas['LimitsInput'];
/** What a webhook or a callback gets. */
export type WebhookMessage = Schemas['StepUpdatedMessage'] | Schemas['JobFinishedMessage'] | Schemas['WebhookTestMessage'];
export {};
