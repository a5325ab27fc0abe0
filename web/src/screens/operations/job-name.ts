import type { TFunction } from 'i18next';

/** What runs by itself, in words; a kind that only its own family knows is called as it is written. */
export function jobName(kind: string, t: TFunction): string {
  return t(`job_kind.${kind}` as 'job_kind.timer', { defaultValue: kind });
}
