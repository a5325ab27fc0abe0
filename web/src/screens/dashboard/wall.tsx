import { useQuery } from '@tanstack/react-query';
import { Link, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';

import { clockTime } from '../../format/dates';
import { Failure } from '../../parts/failure';
import { useTitle } from '../../parts/use-title';
import { Waiting } from '../../parts/waiting';
import { dashboardQuery } from '../../queries/dashboard';
import { CaseFigures } from './case-figures';
import { MeasureList } from './measure-list';
import { OfficeTable } from './office-table';
import { ProblemFigures } from './problem-figures';
import styles from './dashboard.module.css';

const EVERY_MINUTE = 60_000;

/** The numbers for a screen on the wall: large, without the frame, brought up to date by itself. */
export function Wall() {
  const { t } = useTranslation();
  const scope = useSearch({ from: '/wall' });
  const { data, dataUpdatedAt, error, isPending, refetch } = useQuery(dashboardQuery(scope, EVERY_MINUTE));
  useTitle(t('dashboard.title'));
  return (
    <main className={styles.wall}>
      <div className={styles.head}>
        <h1>{t('dashboard.title')}</h1>
        {data && (
          <p className={styles.faint}>
            {t('dashboard.updated', { time: clockTime(new Date(dataUpdatedAt).toISOString()) })}
          </p>
        )}
        <Link to="/dashboard" search={scope} className={styles.leave}>{t('dashboard.back')}</Link>
      </div>
      {isPending && <Waiting lines={8} />}
      {error && <Failure error={error} retry={() => void refetch()} />}
      {data && (
        <div className={styles.page}>
          <CaseFigures cases={data.cases} scope={scope} />
          <section className={styles.sheet} aria-labelledby="wall-problems">
            <h2 id="wall-problems">{t('dashboard.problems')}</h2>
            <ProblemFigures problems={data.problems} scope={scope} />
          </section>
          <section className={styles.sheet} aria-labelledby="wall-measures">
            <h2 id="wall-measures">{t('dashboard.measures')}</h2>
            <MeasureList measures={data.measures} scope={scope} />
          </section>
          {data.offices.length > 0 && (
            <section className={`${styles.sheet} ${styles.wide}`} aria-labelledby="wall-offices">
              <h2 id="wall-offices">{t('dashboard.offices')}</h2>
              <OfficeTable offices={data.offices} scope={scope} />
            </section>
          )}
        </div>
      )}
    </main>
  );
}
