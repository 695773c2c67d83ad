/** The job of every bench here: three steps of text, each working on what the one before gave. */
export const threeSteps = {
  steps: [
    { action: 'TEXT.JOIN', parameters: { text1: 'hello', text2: 'world', join_with: ', ' } },
    { action: 'TEXT.REPLACE', parameters: { text: '{: 1 :}', old: 'world', new: 'there' } },
    { action: 'TEXT.UPPERCASE', parameters: { text: '{: 2 :}!' } },
  ],
}

/** What its last step gives. */
export const threeStepsGive = 'HELLO, THERE!'

/** One step with effects: it is committed before it begins, and its end after. */
export const oneEffect = { steps: [{ action: 'TIME.SLEEP', parameters: { seconds: 0.001 } }] }

/** Fifty steps that hand a value on: a step joins text, the next two change it, the last is a sum of numbers. */
export const fiftySteps = {
  variables: { greeting: 'hello' },
  local_values: { name: 'world' },
  steps: Array.from({ length: 50 }, (_, i) => {
    const before = `{: ${i} :}`
    switch (i % 4) {
      case 0:
        return { action: 'TEXT.JOIN', parameters: { text1: '{# greeting #}', text2: '{< name >}' } }
      case 1:
        return { action: 'TEXT.UPPERCASE', parameters: { text: before } }
      case 2:
        return { action: 'TEXT.REPLACE', parameters: { text: `${before}!`, old: 'O', new: '0' } }
      default:
        return { action: 'MATH.SUM', parameters: { value1: i, value2: 2 } }
    }
  }),
}
