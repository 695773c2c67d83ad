/**
 * A module that is loaded by the first job that needs it, not by a start. From then on it is used at once: a step that
 * waits for nothing is committed with its job.
 */
export function loadedOnce<Module>(load: () => Promise<Module>) {
  let loaded: Module | null = null
  return <Result>(use: (module: Module) => Result | Promise<Result>): Result | Promise<Result> => {
    if (loaded !== null) return use(loaded)
    return load().then((module) => use((loaded = module)))
  }
}
