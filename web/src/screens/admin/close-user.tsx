import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';

import type { Account } from '../../api/types';
import { Failure } from '../../parts/failure';
import { Note } from '../../parts/note';
import { Waiting } from '../../parts/waiting';
import { accounts, closingQuery } from '../../queries/accounts';
import { ActDialog } from './act-dialog';
import { useAct } from './use-act';

/** Closing an account: first what would be left, and what nobody else could do. */
export function CloseUser({ account, close }: { account: Account; close: () => void }) {
  const { t } = useTranslation();
  const left = useQuery(closingQuery(account.id));
  const act = useAct({
    run: () => accounts.close(account),
    touches: ['accounts'],
    said: t('users.close_done', { name: account.name }),
    after: close,
  });
  const orphans = left.data?.filter((task) => task.heirs === 0) ?? [];
  return (
    <ActDialog title={`${t('users.close')} ${account.name}`} okText={t('users.close')} isDanger isReady={left.isSuccess} act={act} close={close}>
      <p>{t('users.close_text')}</p>
      {left.isPending && <Waiting />}
      {left.isError && <Failure error={left.error} retry={() => void left.refetch()} />}
      {orphans.length > 0 && <Note tone="soon" title={t('users.orphans', { count: orphans.length })}>{t('users.orphans_text')}</Note>}
      {left.data && left.data.length > 0 && (
        <ul>
          {left.data.map((task, place) => (
            <li key={`${task.name}-${String(place)}`}>
              {task.name}{' '}{task.seats.map((seat) => [seat.organisation?.name, seat.group_name].filter(Boolean).join(' ')).join(t('list.comma'))}{' '}
              {task.heirs === 0 ? t('users.no_heir') : t('users.heirs', { count: task.heirs })}
            </li>
          ))}
        </ul>
      )}
    </ActDialog>
  );
}
