import { Button } from 'antd';
import { useTranslation } from 'react-i18next';

import type { TaskSummary } from '../../api/types';
import type { Claim } from './use-claim';

export function ClaimButton({ task, claim }: { task: TaskSummary; claim: Claim }) {
  const { t } = useTranslation();
  if (!task.allowed_acts.includes('claim')) return null;
  return (
    <Button
      size="small"
      loading={claim.isPending && claim.variables.id === task.id}
      onClick={(event) => {
        event.stopPropagation();
        claim.mutate(task);
      }}
    >
      {t('act.claim')}
    </Button>
  );
}
