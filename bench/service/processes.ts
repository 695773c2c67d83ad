import { readdirSync, readFileSync } from 'node:fs'

// What processes use, as Linux tells it. Elsewhere these give null, and the bench leaves the columns empty.

const TICKS_PER_SECOND = 100

/** The fields of /proc/PID/stat after the name, which can hold anything. */
function statOf(pid: number | string): string[] | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1')
    return text.slice(text.lastIndexOf(')') + 2).split(' ')
  } catch {
    return null // it ended meanwhile, or this is no Linux
  }
}

/** CPU time of a process so far, in seconds; with that of its children that are over. */
export function cpuSeconds(pid: number): number | null {
  const stat = statOf(pid)
  if (stat === null) return null
  return [11, 12, 13, 14].reduce((sum, field) => sum + Number(stat[field]), 0) / TICKS_PER_SECOND
}

/** CPU time of a process so far, of those of its threads that are alive, in milliseconds: finer than ticks. */
export function cpuMilliseconds(pid: number): number | null {
  try {
    const threads = readdirSync(`/proc/${pid}/task`)
    const nanoseconds = threads.map((thread) =>
      Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'latin1').split(' ')[0]),
    )
    return nanoseconds.reduce((sum, each) => sum + each, 0) / 1e6
  } catch {
    return null
  }
}

/** CPU time of a Postgres server so far, in seconds: its postmaster and everything that this has started. */
export function serverCpuSeconds(postmaster: number): number | null {
  const own = cpuSeconds(postmaster)
  if (own === null) return null
  const children = readdirSync('/proc').filter((name) => statOf(name)?.[1] === String(postmaster))
  return children.reduce((sum, pid) => sum + (cpuSeconds(Number(pid)) ?? 0), own)
}

/** The parent of a process. */
export function parentOf(pid: number): number | null {
  const stat = statOf(pid)
  return stat === null ? null : Number(stat[1])
}

/** The most memory that a process ever had resident, in MB. */
export function peakMegabytes(pid: number): number | null {
  return megabytes(pid, /VmHWM:\s+(\d+) kB/)
}

/** What it has resident now, in MB. */
export function residentMegabytes(pid: number): number | null {
  return megabytes(pid, /VmRSS:\s+(\d+) kB/)
}

function megabytes(pid: number, field: RegExp): number | null {
  try {
    const kilobytes = field.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1]
    return kilobytes === undefined ? null : Math.round(Number(kilobytes) / 1024)
  } catch {
    return null
  }
}
