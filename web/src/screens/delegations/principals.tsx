import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Button } from 'antd';
import { useTranslation } from 'react-i18next';

import { principalsQuery } from '../../queries/delegations';
import { actFor } from '../../session/acting';
import styles from './delegations.module.css';

/** For whom I may act today; one press and the page is theirs, until I go back. */
export function Principals() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { data } = useQuery(principalsQuery);
  if (!data || data.length === 0) return null;
  return (
    <section className={styles.sheet} aria-label={t('acting.whom')}>
      <h2>{t('acting.whom')}</h2>
      <ul>
        {data.map((one) => (
          <li key={one.person.id}>
            <div>
              <strong>{one.person.name}</strong>
              <p className={styles.faint}>
                {one.posts.map((post) => `${post.organisation.name} ${post.group_name}`).join(t('list.comma')) || t('delegation.all_posts')}
                {one.through.length > 0 && ` · ${t('acting.through', { names: one.through.map((who) => who.name).join(t('list.comma')) })}`}
              </p>
            </div>
            <Button
              onClick={() => {
                actFor(one.person);
                void navigate({ to: '/tasks' });
              }}
            >
              {t('acting.begin', { name: one.person.name })}
            </Button>
          </li>
        ))}
      </ul>
    </section>
  );
}
