import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';

import { TABS } from '../../search';
import { countsQuery } from '../../queries/tasks';
import styles from './queue-tabs.module.css';

/** The tabs are addresses, so they are links; the counts are asked again every half minute. */
export function QueueTabs() {
  const { t } = useTranslation();
  const { data: counts } = useQuery(countsQuery);
  return (
    <nav className={styles.tabs} aria-label={t('queue.tabs')}>
      {TABS.map((name) => {
        const count = counts?.[name];
        const isLate = name === 'overdue' && Boolean(count);
        return (
          <Link
            key={name}
            to="/tasks"
            search={(old) => ({ ...old, tab: name })}
            className={styles.tab}
            activeOptions={{ exact: true }}
          >
            {t(`tab.${name}`)}
            {count !== undefined && (
              <span className={isLate ? styles.late : styles.count}>{count}</span>
            )}
          </Link>
        );
      })}
    </nav>
  );
}
