import { useInfiniteQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useTranslation } from 'react-i18next';

import { eventsQuery } from '../queries/instances';
import { Blank } from './blank';
import { Failure } from './failure';
import { Timeline } from './timeline';
import { Waiting } from './waiting';

export function HistoryPanel({ instanceId }: { instanceId: string }) {
  const { t } = useTranslation();
  const list = useInfiniteQuery(eventsQuery(instanceId));
  if (list.isPending) return <Waiting />;
  if (list.isError) return <Failure error={list.error} retry={() => void list.refetch()} />;
  const events = list.data.pages.flatMap((page) => page.items);
  if (events.length === 0) return <Blank title={t('history.none')}>{t('history.none_text')}</Blank>;
  return (
    <>
      <Timeline events={events} />
      {list.hasNextPage && (
        <Button loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
          {t('list.more')}
        </Button>
      )}
    </>
  );
}
