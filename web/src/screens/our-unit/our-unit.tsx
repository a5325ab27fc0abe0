import { useQuery } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { useTitle } from '../../parts/use-title';
import { obligationsQuery } from '../../queries/obligations';
import { FIRST_UNIT_PANEL, type UnitPanel } from '../../search';
import { answeringPosts } from '../../session/posts';
import { useSession } from '../../session/session';
import { Owed } from './owed';
import { PanelBar } from './panel-bar';
import { Rights } from './rights';
import { Sent } from './sent';
import { Served } from './served';
import styles from './our-unit.module.css';

/** What we owe, by deadline; what we may do; what was served on us and what we sent. */
export function OurUnit() {
  const { t } = useTranslation();
  const { panel = FIRST_UNIT_PANEL } = useSearch({ from: '/office/our-unit' });
  const owed = useQuery(obligationsQuery);
  const session = useSession();
  const names = [...new Set(answeringPosts(session).map((post) => post.organisation.name))];
  useTitle(t('our_unit.title'));
  const count = owed.data?.tasks.filter((one) => !one.right).length;
  const contents: Record<UnitPanel, ReactNode> = {
    owed: <Owed owed={owed} />,
    rights: <Rights owed={owed.data} />,
    served: <Served />,
    sent: <Sent />,
  };
  return (
    <div className={styles.page}>
      <header className={styles.head}>
        <h1>{t('our_unit.title')}</h1>
        <p className={styles.names}>{names.join(t('list.comma'))}</p>
      </header>
      <PanelBar current={panel} count={count} />
      <section aria-label={t(`our_unit.panel_${panel}`)} className={styles.panel}>
        {contents[panel]}
      </section>
    </div>
  );
}
