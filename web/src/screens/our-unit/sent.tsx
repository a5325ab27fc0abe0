import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Button } from 'antd';
import { useTranslation } from 'react-i18next';

import { shortTime } from '../../format/dates';
import { Blank } from '../../parts/blank';
import { Failure } from '../../parts/failure';
import { Waiting } from '../../parts/waiting';
import { submissionsQuery } from '../../queries/obligations';
import { serverNow } from '../../session/clock';
import styles from './cards.module.css';

/** What we handed in, the latest first; each opens as it was handed in. */
export function Sent() {
  const { t } = useTranslation();
  const list = useInfiniteQuery(submissionsQuery);
  if (list.isPending) return <Waiting lines={6} />;
  if (list.isError) return <Failure error={list.error} retry={() => void list.refetch()} />;
  const rows = list.data.pages.flatMap((page) => page.items);
  if (rows.length === 0) return <Blank title={t('our_unit.none_sent')}>{t('our_unit.none_sent_text')}</Blank>;
  const now = serverNow();
  return (
    <>
      <ul className={styles.cards}>
        {rows.map((row) => (
          <li key={row.task_id} className={styles.card}>
            <div className={styles.top}>
              <h3>
                <Link to="/tasks/$taskId" params={{ taskId: row.task_id }}>{row.name}</Link>
              </h3>
              <time dateTime={row.completed_at}>{shortTime(row.completed_at, now)}</time>
            </div>
            {row.item && <p className={styles.item}>{row.item}</p>}
            <p className={styles.facts}>
              <span>{row.instance.title}</span>
              {row.completed_by && <span>{t('our_unit.sent_by', { name: row.completed_by.name })}</span>}
            </p>
          </li>
        ))}
      </ul>
      {list.hasNextPage && (
        <div className={styles.next}>
          <Button loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>{t('list.more')}</Button>
        </div>
      )}
    </>
  );
}
