/** A share in whole percent; nothing of nothing has none. */
export function percent(part: number, whole: number): number | undefined {
  return whole === 0 ? undefined : Math.round((part / whole) * 100);
}

/** 3.5 → 3.5, 4.0 → 4: days as people say them. */
export function plain(value: number | null): string {
  return value === null ? '—' : String(Math.round(value * 10) / 10);
}
