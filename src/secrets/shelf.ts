import type { GivenSecrets, KnownSecrets } from '../engine/secrets/given.ts'
import type { SecretInputs } from '../engine/secrets/inputs.ts'
import type { JsonObject } from '../engine/values/json.ts'
import type { Database } from '../store/client.ts'
import { noteSecretUse, readSealedSecrets } from '../store/secrets/given.ts'
import type { Telemetry } from '../telemetry.ts'
import type { SecretBox } from './box.ts'
import { givenSecrets, openSecret } from './given.ts'
import { inputsOf } from './inputs.ts'

const FLUSH_MS = 5000

/** For whom secrets are asked. */
export type Asking = { readonly tenant: string; readonly tags: readonly string[] }

/** Gives secrets to steps, for one call each: no value is kept. Notes when they were used, every few seconds at once. */
export class SecretShelf {
  readonly #database: Database
  readonly #telemetry: Telemetry
  readonly #box: SecretBox
  readonly #timer: NodeJS.Timeout
  #used = new Map<string, { tenant: string; name: string; at: number }>()

  constructor(database: Database, telemetry: Telemetry, box: SecretBox) {
    this.#database = database
    this.#telemetry = telemetry
    this.#box = box
    this.#timer = setInterval(() => void this.#flush(), FLUSH_MS)
  }

  /** What is known of some secrets of a tenant; those that are not there are left out. */
  async known(tenant: string, names: Iterable<string>): Promise<KnownSecrets> {
    const found = await readSealedSecrets(this.#database, tenant, [...names])
    return new Map(found.map(({ name, tags, hosts }) => [name, { tags, hasHosts: hosts.length > 0 }]))
  }

  /** The secrets of one call. What is missing is told by the step that needs it. */
  async give({ tenant, tags }: Asking, names: readonly string[]): Promise<GivenSecrets> {
    const found = await readSealedSecrets(this.#database, tenant, names)
    for (const { name } of found) this.#used.set(`${tenant}\n${name}`, { tenant, name, at: performance.now() })
    const byName = new Map(found.map((secret) => [secret.name, secret]))
    return givenSecrets(
      new Map(names.map((name) => [name, openSecret(byName.get(name), name, tenant, tags, this.#box)])),
    )
  }

  /** The secret local values of a job for its run; null: it has none. @param shown what is told of them */
  inputsOf(
    job: { readonly tenant: string; readonly id: string; readonly sealedInputs: string | null },
    shown: JsonObject,
  ): SecretInputs | null {
    return job.sealedInputs === null ? null : inputsOf(job.sealedInputs, job, shown, this.#box)
  }

  async close(): Promise<void> {
    clearInterval(this.#timer)
    await this.#flush()
  }

  async #flush(): Promise<void> {
    if (this.#used.size === 0) return
    const now = performance.now()
    const uses = [...this.#used.values()].map(({ tenant, name, at }) => ({ tenant, name, age: now - at }))
    this.#used = new Map()
    await noteSecretUse(this.#database, uses).catch((error: unknown) => {
      this.#telemetry.emit('databaseFailed', { during: 'noting the use of secrets', error })
    })
  }
}
