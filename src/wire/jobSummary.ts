export const summaryRowToWire = (row: any) => row
