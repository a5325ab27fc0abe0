import type { TFunction } from 'i18next';

import type { Problem } from '../api/problem';

/** What happened and what to do. The server's own sentence first: it knows the case. */
export function problemText(t: TFunction, problem: Problem): string {
  if (problem.isNetwork) return t('problem.network');
  if (problem.isOfPage) return t('problem.page');
  if (problem.detail) return problem.detail;
  if (problem.status === 403) return t('problem.not_allowed');
  if (problem.isMissing) return t('problem.missing');
  if (problem.isOvertaken) return t('problem.overtaken');
  if (problem.status >= 500) return t('problem.server');
  return problem.title || t('problem.refused');
}
