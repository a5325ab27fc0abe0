import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Button } from 'antd';
import { useTranslation } from 'react-i18next';

import { isoDay } from '../../format/dates';
import { Blank } from '../../parts/blank';
import { Failure } from '../../parts/failure';
import { Waiting } from '../../parts/waiting';
import { deliveriesQuery } from '../../queries/obligations';
import styles from './cards.module.css';

/** What was served on us, when, and when it was signed for. */
export function Served() {
  const { t } = useTranslation();
  const list = useInfiniteQuery(deliveriesQuery);
  if (list.isPending) return <Waiting lines={6} />;
  if (list.isError) return <Failure error={list.error} retry={() => void list.refetch()} />;
  const rows = list.data.pages.flatMap((page) => page.items);
  if (rows.length === 0) return <Blank title={t('our_unit.none_served')}>{t('our_unit.none_served_text')}</Blank>;
  return (
    <>
      <ul className={styles.cards}>
        {rows.map(({ paper, instance, ...row }, place) => (
          <li key={place} className={styles.card}>
            <div className={styles.top}>
              <h3>
                {paper.id ? (
                  <Link to="/cases/$instanceId" params={{ instanceId: instance.id }} search={{ panel: 'documents', paper: paper.id }}>
                    {paper.title}
                  </Link>
                ) : (
                  paper.title
                )}
              </h3>
              <span>{row.received_on ? t('our_unit.received', { day: isoDay(row.received_on) }) : t('our_unit.not_received')}</span>
            </div>
            <p className={styles.facts}>
              {paper.number && <span>{paper.number}</span>}
              <span>{t('our_unit.delivered', { day: isoDay(row.delivered_on) })}</span>
              {row.is_copy && <span>{t('document.copy')}</span>}
            </p>
            <p className={styles.facts}>
              <span>{instance.title}</span>
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
