import { BellOutlined } from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { pulseQuery } from '../queries/desk';
import styles from './bell.module.css';

const NotificationDrawer = lazy(() => import('./notification-list'));

/** How much is unread; opens the list. */
export function Bell() {
  const { t } = useTranslation();
  const [isOpen, setOpen] = useState(false);
  const { data } = useQuery(pulseQuery);
  const unread = data?.unread ?? 0;
  return (
    <>
      <Button
        type="text"
        className={styles.bell}
        icon={<BellOutlined />}
        aria-label={unread > 0 ? t('bell.unread', { count: unread }) : t('bell.title')}
        onClick={() => { setOpen(true); }}
      >
        {unread > 0 && <span className={styles.count}>{unread > 99 ? '99+' : unread}</span>}
      </Button>
      {isOpen && (
        <Suspense>
          <NotificationDrawer close={() => { setOpen(false); }} />
        </Suspense>
      )}
    </>
  );
}
