/**
 * What a job's row gets where something was sent to the job: one that waits goes on, the others stay where they are.
 *
 * @param found what names the row as it was locked, with its `state`
 */
export const wokenBySignal = (found: string): string => `
    state = case when ${found}.state = 'waiting' then 'running' else job.state end,
    due_at = case when ${found}.state = 'waiting' then clock_timestamp() else job.due_at end,
    wake_at = case when ${found}.state = 'waiting' then null else job.wake_at end,
    wait_kind = null,
    current_step = case when ${found}.state = 'waiting' then null else job.current_step end`
