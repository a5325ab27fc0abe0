import { ArrowLeftOutlined } from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import { Link, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';

import { Blank } from '../../parts/blank';
import { Failure } from '../../parts/failure';
import { useTitle } from '../../parts/use-title';
import { Waiting } from '../../parts/waiting';
import { familiesQuery } from '../../queries/instances';
import { StartForm } from './start-form';
import styles from './start.module.css';

/** Opening a case: which kind, then its form. */
export function Start() {
  const { t } = useTranslation();
  const { family: key } = useSearch({ from: '/office/cases/new' });
  const { data, error, isPending, refetch } = useQuery(familiesQuery);
  useTitle(t('start.title'));
  if (isPending) return <Waiting />;
  if (error) return <Failure error={error} retry={() => void refetch()} />;
  const startable = data.filter((family) => family.allowed_acts.includes('start'));
  const chosen = startable.find((family) => family.key === key) ?? (startable.length === 1 ? startable[0] : undefined);
  return (
    <div className={styles.page}>
      <Link to="/cases" className={styles.back}>
        <ArrowLeftOutlined aria-hidden /> {t('case.back')}
      </Link>
      <h1>{chosen ? t('start.title_of', { name: chosen.name }) : t('start.title')}</h1>
      {startable.length === 0 && <Blank title={t('start.none')}>{t('start.none_text')}</Blank>}
      {chosen ? (
        <StartForm key={chosen.key} family={chosen} />
      ) : (
        <ul className={styles.choices}>
          {startable.map((family) => (
            <li key={family.key}>
              <Link to="/cases/new" search={{ family: family.key }}>{family.name}</Link>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
