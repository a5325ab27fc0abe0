import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Button, Drawer } from 'antd';
import { useTranslation } from 'react-i18next';

import type { Notification } from '../api/types';
import { shortTime } from '../format/dates';
import { Blank } from '../parts/blank';
import { Failure } from '../parts/failure';
import { Waiting } from '../parts/waiting';
import { pulseQuery } from '../queries/desk';
import { notifications, notificationsQuery } from '../queries/notifications';
import { serverNow } from '../session/clock';
import styles from './bell.module.css';

/** The list beside the screen. */
export default function NotificationDrawer({ close }: { close: () => void }) {
  const { t } = useTranslation();
  return (
    <Drawer open title={t('bell.title')} onClose={close}>
      <NotificationList close={close} />
    </Drawer>
  );
}

/** What happened that concerns this person, the newest first; opening one marks it as read. */
function NotificationList({ close }: { close: () => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const list = useInfiniteQuery(notificationsQuery);
  const settle = () => {
    void client.invalidateQueries(notificationsQuery);
    void client.invalidateQueries(pulseQuery);
  };
  const read = useMutation({ mutationFn: notifications.read, onSettled: settle });
  const items = list.data?.pages.flatMap((page) => page.items) ?? [];
  const readAll = useMutation({
    // what comes while the list is open stays unread
    mutationFn: () => notifications.readAll(items[0]?.created_at ?? null),
    onSettled: settle,
  });
  if (list.isPending) return <Waiting />;
  if (list.isError) return <Failure error={list.error} retry={() => void list.refetch()} />;
  if (items.length === 0) return <Blank title={t('bell.none')}>{t('bell.none_text')}</Blank>;
  return (
    <>
      <div className={styles.head}>
        <Button size="small" loading={readAll.isPending} onClick={() => { readAll.mutate(); }}>
          {t('bell.read_all')}
        </Button>
      </div>
      <ul className={styles.list}>
        {items.map((one) => (
          <Entry
            key={one.id}
            one={one}
            open={() => {
              if (one.allowed_acts.includes('read')) read.mutate(one.id);
              close();
            }}
          />
        ))}
      </ul>
      {list.hasNextPage && (
        <Button loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
          {t('list.more')}
        </Button>
      )}
    </>
  );
}

function Entry({ one, open }: { one: Notification; open: () => void }) {
  const { t } = useTranslation();
  return (
    <li>
      <span className={one.read_at ? `${styles.dot} ${styles.read}` : styles.dot}>
        {!one.read_at && <span className="sr-only">{t('bell.is_unread')}</span>}
      </span>
      <div className={styles.text}>
        <Target one={one} open={open} />
        <p className={styles.faint}>
          {[one.instance?.number, one.instance?.title].filter(Boolean).join(' ')} · {shortTime(one.created_at, serverNow())}
        </p>
      </div>
    </li>
  );
}

/** Where the notification leads: the task, else the case; what may no longer be seen leads nowhere. */
function Target({ one, open }: { one: Notification; open: () => void }) {
  if (one.is_visible && one.task_id) {
    return <Link to="/tasks/$taskId" params={{ taskId: one.task_id }} onClick={open}>{one.text}</Link>;
  }
  if (one.is_visible && one.instance) {
    return <Link to="/cases/$instanceId" params={{ instanceId: one.instance.id }} onClick={open}>{one.text}</Link>;
  }
  return <button type="button" className={styles.plain} onClick={open}>{one.text}</button>;
}
