import { defineBlock, Type } from 'conduit'

export const greet = defineBlock({
  action: 'TEST.GREET',
  description: 'Greets as the operator wishes.',
  parameters: Type.Object({}),
  returns: Type.String(),
  run: (_, { globals }) => String(globals['greeting']),
})

export default [greet]

export const globals = async (): Promise<object> => ({ greeting: 'hello' })
