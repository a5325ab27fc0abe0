/** The stages of a supervision case in the order of the procedure (督导全流程). */
export const STAGES = [
  'draft',
  'approved',
  'noticed',
  'self_eval',
  'on_site',
  'deliberation',
  'feedback',
  'opinion_issued',
  'rectifying',
  'verifying',
  'pressure',
  'closed',
  'archived',
] as const;
export type Stage = (typeof STAGES)[number];
