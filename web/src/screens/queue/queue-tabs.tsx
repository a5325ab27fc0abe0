import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';

import { TABS, type Tab } from '../../search';
import { pulseQuery, savedFiltersQuery } from '../../queries/desk';
import styles from './queue-tabs.module.css';

/** The tabs and the saved filters are addresses, so they are links; the counts come with the pulse. */
export function QueueTabs() {
  const { t } = useTranslation();
  const { data } = useQuery(pulseQuery);
  const { data: saved = [] } = useQuery(savedFiltersQuery('tasks'));
  const isUrgent = (name: Tab) =>
    (name === 'overdue' && Boolean(data?.tasks.overdue)) ||
    (name === 'copied' && Boolean(data?.tasks.copied_unread));
  return (
    <nav className={styles.tabs} aria-label={t('queue.tabs')}>
      {TABS.map((name) => (
        <Link
          key={name}
          to="/tasks"
          search={(old) => ({ ...old, tab: name })}
          className={styles.tab}
          activeOptions={{ exact: true }}
        >
          {t(`tab.${name}`)}
          {data && <span className={isUrgent(name) ? styles.late : styles.count}>{data.tasks[name]}</span>}
        </Link>
      ))}
      {saved.map((one) => (
        <Link
          key={one.id}
          to="/tasks"
          search={{ tab: one.tab, q: one.q || undefined, sort: one.sort === 'due_at' ? undefined : one.sort }}
          className={styles.tab}
          activeOptions={{ exact: true }}
          title={one.organisation ? t('kept_filter.shared_by', { name: one.owner?.name ?? '', place: one.organisation.name }) : undefined}
        >
          <span className={styles.saved}>{one.name}</span>
        </Link>
      ))}
    </nav>
  );
}
