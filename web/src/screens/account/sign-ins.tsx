import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Button } from 'antd';
import { useTranslation } from 'react-i18next';

import { asProblem } from '../../api/problem';
import { shortTime } from '../../format/dates';
import { Failure } from '../../parts/failure';
import { Note } from '../../parts/note';
import table from '../../parts/plain-table.module.css';
import { problemText } from '../../parts/problem-text';
import { Waiting } from '../../parts/waiting';
import { account, signInsQuery } from '../../queries/account';
import { serverNow } from '../../session/clock';
import styles from './account.module.css';

/** Where one is signed in, and which scripts have a token; each can be ended. */
export function SignIns() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const list = useQuery(signInsQuery);
  const refresh = () => void client.invalidateQueries({ queryKey: signInsQuery.queryKey });
  const end = useMutation({ mutationFn: account.end, onSettled: refresh });
  const endOthers = useMutation({ mutationFn: account.endOthers, onSettled: refresh });
  const error = end.error ?? endOthers.error;
  const now = serverNow();
  const rows = list.data ?? [];
  const hasOthers = rows.some((row) => row.kind === 'session' && !row.is_current);
  return (
    <section className={styles.sheet}>
      <h2>{t('sign_ins.title')}</h2>
      {list.isPending && <Waiting />}
      {list.isError && <Failure error={list.error} retry={() => void list.refetch()} />}
      {error && <Note tone="overdue" live>{problemText(t, asProblem(error))}</Note>}
      {rows.length > 0 && (
        <div className={table.scroll}>
          <table className={`${table.table} ${table.cards}`}>
            <thead>
              <tr>
                <th scope="col">{t('sign_ins.what')}</th>
                <th scope="col">{t('sign_ins.opened')}</th>
                <th scope="col">{t('sign_ins.used')}</th>
                <th scope="col">{t('sign_ins.address')}</th>
                <th scope="col"><span className="sr-only">{t('sign_ins.end')}</span></th>
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => (
                <tr key={row.id}>
                  <td>
                    {row.kind === 'token' ? t('sign_ins.token', { name: row.name }) : t('sign_ins.session')}
                    {row.is_current && <strong> {t('sign_ins.here')}</strong>}
                    <div className={styles.agent}>{row.agent}</div>
                  </td>
                  <td className={table.nowrap}>{shortTime(row.created_at, now)}</td>
                  <td className={table.nowrap}>
                    {row.last_used_at ? shortTime(row.last_used_at, now) : t('sign_ins.never')}
                  </td>
                  <td>{row.address}</td>
                  <td>
                    {!row.is_current && (
                      <Button
                        size="small"
                        loading={end.isPending && end.variables === row.id}
                        onClick={() => { end.mutate(row.id); }}
                      >
                        {t('sign_ins.end')}
                      </Button>
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {hasOthers && (
        <div className={styles.acts}>
          <Button loading={endOthers.isPending} onClick={() => { endOthers.mutate(); }}>
            {t('sign_ins.end_others')}
          </Button>
        </div>
      )}
    </section>
  );
}
