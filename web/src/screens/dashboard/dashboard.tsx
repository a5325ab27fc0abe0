import { DesktopOutlined, DownloadOutlined } from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { Button } from 'antd';
import { useTranslation } from 'react-i18next';

import { Blank } from '../../parts/blank';
import { Failure } from '../../parts/failure';
import bar from '../../parts/filter-bar.module.css';
import { UnitChoice } from '../../parts/unit-choice';
import { useTitle } from '../../parts/use-title';
import { Waiting } from '../../parts/waiting';
import { YearChoice } from '../../parts/year-choice';
import { dashboardQuery, dashboardWorkbook } from '../../queries/dashboard';
import { CaseFigures } from './case-figures';
import { MeasureList } from './measure-list';
import { OfficeTable } from './office-table';
import { ProblemFigures } from './problem-figures';
import { StepTable } from './step-table';
import styles from './dashboard.module.css';

/** Numbers of the cases that this person may see; each opens the list behind it. */
export function Dashboard() {
  const { t } = useTranslation();
  const scope = useSearch({ from: '/office/dashboard' });
  const navigate = useNavigate({ from: '/dashboard' });
  const { data, error, isPending, refetch } = useQuery(dashboardQuery(scope));
  useTitle(t('dashboard.title'));
  const isEmpty = data && data.cases.open + data.cases.closed === 0;
  return (
    <>
      <div className={styles.head}>
        <h1>{t('dashboard.title')}</h1>
        <p className={styles.faint}>{t('dashboard.note')}</p>
      </div>
      <div className={bar.bar} role="search" aria-label={t('dashboard.scope')}>
        <YearChoice
          value={scope.year}
          onChange={(year) => void navigate({ search: (old) => ({ ...old, year }), replace: true })}
        />
        <UnitChoice
          value={scope.unit}
          onChange={(unit) => void navigate({ search: (old) => ({ ...old, unit }), replace: true })}
        />
        <span className={`${bar.end} ${styles.acts}`}>
          <Link to="/wall" search={scope}>
            <DesktopOutlined aria-hidden /> {t('dashboard.wall')}
          </Link>
          <Button href={dashboardWorkbook(scope)} icon={<DownloadOutlined aria-hidden />}>
            {t('dashboard.export')}
          </Button>
        </span>
      </div>
      {isPending && <Waiting lines={8} />}
      {error && <Failure error={error} retry={() => void refetch()} />}
      {isEmpty && <Blank title={t('dashboard.title')}>{t('dashboard.nothing')}</Blank>}
      {data && !isEmpty && (
        <div className={styles.page}>
          <CaseFigures cases={data.cases} scope={scope} />
          <section className={styles.sheet} aria-labelledby="dashboard-problems">
            <h2 id="dashboard-problems">{t('dashboard.problems')}</h2>
            <ProblemFigures problems={data.problems} scope={scope} />
          </section>
          {data.offices.length > 0 && (
            <>
              <section className={styles.sheet} aria-labelledby="dashboard-measures">
                <h2 id="dashboard-measures">{t('dashboard.measures')}</h2>
                <MeasureList measures={data.measures} scope={scope} />
              </section>
              <section className={`${styles.sheet} ${styles.wide}`} aria-labelledby="dashboard-offices">
                <h2 id="dashboard-offices">{t('dashboard.offices')}</h2>
                <OfficeTable offices={data.offices} scope={scope} />
              </section>
              <section className={`${styles.sheet} ${styles.wide}`} aria-labelledby="dashboard-steps">
                <h2 id="dashboard-steps">{t('dashboard.steps')}</h2>
                <StepTable steps={data.steps} ends={data.ages} scope={scope} />
              </section>
            </>
          )}
        </div>
      )}
    </>
  );
}
