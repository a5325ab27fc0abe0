import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';

import type { DeadlineWhole } from '../../api/types';
import { DeadlineCard } from '../../parts/deadline-card';
import { DeadlineChip } from '../../parts/deadline-chip';
import { serverNow } from '../../session/clock';
import { MoreTime } from './more-time';
import styles from './cards.module.css';

/** A clock that binds us and has no step of its own, e.g. the handling of a supervision notice. */
export function ClockCard({ clock }: { clock: DeadlineWhole }) {
  const { t } = useTranslation();
  return (
    <li className={styles.card}>
      <div className={styles.top}>
        <h3>{clock.name}</h3>
        <DeadlineChip task={clock} now={serverNow()} />
      </div>
      <p>
        <Link to="/cases/$instanceId" params={{ instanceId: clock.instance.id }}>
          {clock.instance.title}
        </Link>
      </p>
      <details className={styles.why}>
        <summary>{t('our_unit.why')}</summary>
        <div>
          <DeadlineCard deadline={clock} acts={false} />
        </div>
      </details>
      <MoreTime deadline={clock} inForm={false} />
    </li>
  );
}
