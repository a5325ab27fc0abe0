import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { Period } from '../../api/types';
import { Failure } from '../../parts/failure';
import { Waiting } from '../../parts/waiting';
import { movesQuery, rules } from '../../queries/rules';
import { ActDialog } from './act-dialog';
import { LineField } from './line-field';
import { Moves } from './moves';
import { useAct } from './use-act';

/** The rule as it is now, for clocks that run already: first the list, then the act with its reason. */
export function RecountDialog({ period, close }: { period: Period; close: () => void }) {
  const { t } = useTranslation();
  const [reason, setReason] = useState('');
  const preview = useQuery(movesQuery({ family: period.family, key: period.key, limit: 50 }, true));
  const act = useAct({
    run: () => rules.recount({ family: period.family, key: period.key, reason: reason.trim() }),
    touches: ['rules', 'recounts'],
    said: t('rules.recount_begun'),
    after: close,
  });
  return (
    <ActDialog
      title={`${t('rules.recount')} ${period.name}`}
      okText={t('rules.recount')}
      isReady={preview.isSuccess && preview.data.total > 0 && reason.trim() !== ''}
      act={act}
      close={close}
    >
      <p>{t('rules.recount_text')}</p>
      {preview.isPending && <Waiting />}
      {preview.isError && <Failure error={preview.error} retry={() => void preview.refetch()} />}
      {preview.data && <Moves moves={preview.data.moves} total={preview.data.total} said={t('rules.will_move')} />}
      <LineField label={t('users.reason')} rows={3} value={reason} onChange={setReason} />
    </ActDialog>
  );
}
