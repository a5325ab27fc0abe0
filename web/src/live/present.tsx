import { EyeOutlined } from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';

import { leave, presenceQuery } from '../queries/desk';
import styles from './present.module.css';

/** Who else has this task open now; what they type is never shown. */
export function Present({ taskId }: { taskId: string }) {
  const { t } = useTranslation();
  const { data } = useQuery(presenceQuery(taskId));
  useEffect(
    () => () => {
      // that the page was left need not arrive: after a minute it is known anyhow
      leave(taskId).catch(() => undefined);
    },
    [taskId],
  );
  if (!data || data.others.length === 0) return null;
  return (
    <span className={styles.present} role="status">
      <EyeOutlined aria-hidden /> {t('live.present', { names: data.others.map((one) => one.name).join(t('list.comma')) })}
    </span>
  );
}
