/** 1536 → 1.5 KB */
export function fileSize(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  const kilo = bytes / 1024;
  if (kilo < 1024) return `${kilo < 10 ? kilo.toFixed(1) : Math.round(kilo)} KB`;
  return `${(kilo / 1024).toFixed(1)} MB`;
}

export type Elapsed = { unit: 'days' | 'hours' | 'minutes'; amount: number };

/** The coarsest honest unit: 90061 s → 1 day. Below a minute it is one minute. */
export function elapsed(seconds: number): Elapsed {
  if (seconds >= 86_400) return { unit: 'days', amount: Math.floor(seconds / 86_400) };
  if (seconds >= 3_600) return { unit: 'hours', amount: Math.floor(seconds / 3_600) };
  return { unit: 'minutes', amount: Math.max(1, Math.floor(seconds / 60)) };
}
