import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useTranslation } from 'react-i18next';

import { eventsQuery, instanceQuery } from '../queries/instances';
import { outlookQuery } from '../queries/outlook';
import { Blank } from './blank';
import { Failure } from './failure';
import { Timeline } from './timeline';
import { Waiting } from './waiting';

type Props = {
  instanceId: string;
  at?: string;
  /** shows an element in the drawing */
  onElement?: (elementId: string) => void;
};

/** The record of a case, what is in hand, and, when all of the record is there, what may come. */
export function HistoryPanel({ instanceId, at, onElement }: Props) {
  const { t } = useTranslation();
  const list = useInfiniteQuery(eventsQuery(instanceId));
  const { data: instance } = useQuery(instanceQuery(instanceId));
  const { data: ahead } = useQuery(outlookQuery(instanceId));
  if (list.isPending) return <Waiting />;
  if (list.isError) return <Failure error={list.error} retry={() => void list.refetch()} />;
  const events = list.data.pages.flatMap((page) => page.items);
  if (events.length === 0) return <Blank title={t('history.none')}>{t('history.none_text')}</Blank>;
  const isWhole = !list.hasNextPage;
  return (
    <>
      <Timeline
        events={events}
        at={at}
        onElement={onElement}
        open={isWhole ? instance?.open_tasks : []}
        ahead={isWhole ? ahead : []}
      />
      {list.hasNextPage && (
        <Button loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
          {t('list.more')}
        </Button>
      )}
    </>
  );
}
