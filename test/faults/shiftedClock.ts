// Loaded before the service: its clock, and that of its threads, is off by FAULT_CLOCK_SHIFT_MS.
const shift = Number(process.env['FAULT_CLOCK_SHIFT_MS'])
const now = Date.now
Date.now = () => now() + shift
globalThis.Date = new Proxy(Date, {
  construct: (target, args: [], newTarget: typeof Date) =>
    Reflect.construct(target, args.length === 0 ? [now() + shift] : args, newTarget) as Date,
})
