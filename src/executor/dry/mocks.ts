import type { BlockContext } from '../../engine/block.ts'
import type { Definition } from '../../engine/definition.ts'
import { InvalidArgument } from '../../engine/errors.ts'
import type { RegisteredBlock, Registry } from '../../engine/registeredBlock.ts'
import type { Json } from '../../engine/values/json.ts'
import { StepFinder } from '../../wire/stepFinder.ts'
import type { VirtualClock } from './clock.ts'

/** What stands for a step that would touch the world. */
export type Mock =
  | { readonly return_value: Json }
  | { readonly error: { readonly type: string; readonly message?: string } }

/** The stand-ins of one dry run, by paths of steps without the numbers of rounds. */
export class Mocks {
  /** Paths of steps that would have needed one. */
  readonly missing = new Set<string>()
  readonly #mocks: ReadonlyMap<string, Mock>
  readonly #finder: StepFinder

  constructor(mocks: Readonly<Record<string, Mock>>, definition: Definition) {
    this.#mocks = new Map(Object.entries(mocks))
    this.#finder = new StepFinder(definition)
  }

  /** What stands for a step. Without the numbers of rounds, or with them. */
  at(path: string): Mock | undefined {
    return this.#mocks.get(path) ?? this.#mocks.get(this.plain(path))
  }

  /** Gives what stands for a step, or throws it; throws a `MockMissing` where nothing does. */
  stand(path: string): Json {
    const mock = this.at(path)
    if (mock === undefined) {
      this.missing.add(this.plain(path))
      throw new MockedError('MockMissing', `no mock stands for ${this.plain(path)}`)
    }
    if ('return_value' in mock) return mock.return_value
    const { type, message = '' } = mock.error
    throw type === 'InvalidArgument' ? new InvalidArgument(message) : new MockedError(type, message)
  }

  /** A path without the numbers of rounds. */
  plain(path: string): string {
    const parts = path.split('/')
    return parts
      .filter((part, i) => {
        const around = this.#finder.stepAt(parts.slice(0, i).join('/'))
        return !(isLoop(around?.action) && /^\d+$/.test(part))
      })
      .join('/')
  }
}

/** An error of any type, also of one that is a class of the language. */
class MockedError extends Error {
  constructor(type: string, message: string) {
    super(message)
    this.name = type
    Object.defineProperty(this, 'constructor', { value: undefined })
  }
}

function isLoop(action: string | undefined): boolean {
  return action === 'FLOW.EACH' || action === 'FLOW.REPEAT'
}

/** A registry of which nothing touches the world: pure blocks run, for others mocks stand, and time is that of a clock. */
export function mocked(registry: Registry, mocks: Mocks, clock: VirtualClock): Registry {
  const standIn = (block: RegisteredBlock): RegisteredBlock => ({
    ...block,
    run: (parameters, context) => runDry(block, parameters, context, mocks, clock),
  })
  const blocks = new Map([...registry.blocks].map(([action, block]) => [action, standIn(block)]))
  return { blocks, match: (pattern) => registry.match(pattern).map(standIn) }
}

function runDry(
  block: RegisteredBlock,
  parameters: Parameters<RegisteredBlock['run']>[0],
  context: BlockContext,
  mocks: Mocks,
  clock: VirtualClock,
): unknown {
  // A dry run's idempotency keys are the paths of its steps.
  const path = context.step.idempotencyKey
  if (mocks.at(path) !== undefined) return mocks.stand(path)
  if (block.action === 'TIME.SLEEP') return clock.sleep(Number(Reflect.get(parameters, 'seconds')) * 1000)
  return block.effects ? mocks.stand(path) : block.run(parameters, context)
}
