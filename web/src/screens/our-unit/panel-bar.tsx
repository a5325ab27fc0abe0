import { AuditOutlined, InboxOutlined, ScheduleOutlined, SendOutlined } from '@ant-design/icons';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';

import { UNIT_PANELS, type UnitPanel } from '../../search';
import styles from './panel-bar.module.css';

const ICONS = {
  owed: ScheduleOutlined,
  rights: AuditOutlined,
  served: InboxOutlined,
  sent: SendOutlined,
};

/** The four parts of the screen; on a phone the bar stays at the bottom, within the thumb's reach. */
export function PanelBar({ current, count }: { current: UnitPanel; count: number | undefined }) {
  const { t } = useTranslation();
  return (
    <nav className={styles.bar} aria-label={t('our_unit.parts')}>
      {UNIT_PANELS.map((panel) => {
        const Icon = ICONS[panel];
        return (
          <Link
            key={panel}
            to="/our-unit"
            search={{ panel }}
            className={panel === current ? `${styles.link} ${styles.current}` : styles.link}
            aria-current={panel === current ? 'page' : undefined}
          >
            <Icon aria-hidden />
            <span>
              {t(`our_unit.panel_${panel}`)}
              {panel === 'owed' && count !== undefined && <span className={styles.count}>{count}</span>}
            </span>
          </Link>
        );
      })}
    </nav>
  );
}
