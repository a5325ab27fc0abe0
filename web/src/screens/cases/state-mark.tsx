import { CheckOutlined, MinusCircleOutlined, PauseCircleOutlined, WarningOutlined } from '@ant-design/icons';
import { useTranslation } from 'react-i18next';

import type { Instance } from '../../api/types';
import styles from './state-mark.module.css';

const ICONS = {
  active: null,
  suspended: <PauseCircleOutlined aria-hidden />,
  completed: <CheckOutlined aria-hidden />,
  cancelled: <MinusCircleOutlined aria-hidden />,
};

/** The state of a case in words; green only when it is done. */
export function StateMark({ instance }: { instance: Pick<Instance, 'state' | 'incidents'> }) {
  const { t } = useTranslation();
  return (
    <span className={styles.marks}>
      <span className={styles[instance.state]}>
        {ICONS[instance.state]} {t(`state.${instance.state}`)}
      </span>
      {instance.incidents > 0 && (
        <span className={styles.incident}>
          <WarningOutlined aria-hidden /> {t('case.incidents', { count: instance.incidents })}
        </span>
      )}
    </span>
  );
}
