import { defineBlock } from '../../block.ts'
import { type RegisteredBlock, registerBlock } from '../../registeredBlock.ts'
import { FLOW_ACTIONS } from './actions.ts'

/** The engine's own actions as they stand in the catalogue, beside the blocks. */
export const FLOW_BLOCKS: readonly RegisteredBlock[] = [...FLOW_ACTIONS.values()].map(
  ({ action, description, keywords = [], parameters, returns, asWritten = null }) => ({
    ...registerBlock(
      defineBlock({
        action,
        description,
        keywords,
        parameters,
        returns,
        effects: false,
        mutates: false,
        run: () => {
          throw new Error(`${action} is not called: the engine does what it says`)
        },
      }),
    ),
    asWritten,
  }),
)
