import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Button } from 'antd';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { savedFiltersQuery } from '../../queries/desk';
import { readCasesSearch, readProblemsSearch } from '../../search';
import styles from './saved-filters.module.css';

const FilterDialog = lazy(() => import('./filter-dialog'));

type Props = { of: 'cases' | 'problems'; search: Record<string, string | number | boolean | undefined> };

const LISTS = {
  cases: { to: '/cases', read: readCasesSearch },
  problems: { to: '/problems', read: readProblemsSearch },
} as const;

/** The views of a list that were kept under a name, each an address; and the way to keep this one. */
export function SavedFilters({ of, search }: Props) {
  const { t } = useTranslation();
  const [isKeeping, setKeeping] = useState(false);
  const { data: saved = [] } = useQuery(savedFiltersQuery(of));
  const { to, read } = LISTS[of];
  const asked = Object.fromEntries(
    Object.entries(search).flatMap(([key, value]) => (value === undefined ? [] : [[key, String(value)]])),
  );
  const count = Object.keys(asked).length;
  return (
    <div className={styles.bar}>
      {saved.length > 0 && (
        <nav className={styles.saved} aria-label={t('kept_filter.of_list')}>
          {saved.map((one) => (
            <Link
              key={one.id}
              to={to}
              search={read(one.asked)}
              className={styles.one}
              activeOptions={{ exact: true }}
              title={one.organisation ? t('kept_filter.shared_by', { name: one.owner?.name ?? '', place: one.organisation.name }) : undefined}
            >
              {one.name}
            </Link>
          ))}
        </nav>
      )}
      <Button onClick={() => { setKeeping(true); }}>{t('kept_filter.title')}</Button>
      {isKeeping && (
        <Suspense>
          <FilterDialog
            view={{ of, asked }}
            said={t(count > 0 ? 'kept_filter.now_list' : 'kept_filter.now_all', { count })}
            name={asked['q']}
            close={() => { setKeeping(false); }}
          />
        </Suspense>
      )}
    </div>
  );
}
