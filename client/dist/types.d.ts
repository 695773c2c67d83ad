import type { components } from './generated/schema.ts';
type Schemas = components['schemas'];
/** A job to be made: its steps, or a definition by its name. */
export type JobInput = Schemas['JobInput'] | Schemas['JobByName'];
export type StepInput = Schemas['StepInput'];
/** A job as it stands. */
export type Job = Schemas['Job'];
/** A row of the list. */
export type JobSummary = Schemas['JobSummary'];
export type Step = Schemas['Step'];
/** What is run again of a job, and with what in place of what it had. */
export type RerunInput = Schemas['RerunInput'];
/** What validation says. */
export type Validation = Schemas['Validation'];
/** What is told of a job. More kinds may come: ignore a `type` that you do not know. */
export type JobEvent = Schemas['Event'];
export type JobToken = Schemas['JobToken'];
export type Block = Schemas['Block'];
export type NamedDefinition = Schemas['NamedDefinition'];
export type DefinitionVersion = Schemas['DefinitionVersion'];
/** How the tests of a definition went. */
export type DefinitionTests = Schemas['TestResults'];
/** When jobs are made by themselves, and of what. */
export type ScheduleInput = Schemas['ScheduleInput'];
export type Schedule = Schemas['Schedule'];
/** What a job asks, and what became of it. */
export type Question = Schemas['Question'];
/** A secret as it is written; its value is never given back. */
export type SecretInput = Schemas['SecretInput'];
export type Secret = Schemas['Secret'];
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
export type WebhookMessage = Schemas['StepUpdatedMessage'] | Schemas['StepWaitingMessage'] | Schemas['JobFinishedMessage'] | Schemas['WebhookTestMessage'];
export {};
