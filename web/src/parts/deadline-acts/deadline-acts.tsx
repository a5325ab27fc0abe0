import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Button } from 'antd';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { asProblem } from '../../api/problem';
import type { ExtensionRequest } from '../../api/types';
import { longDay } from '../../format/dates';
import { deadlineQuery } from '../../queries/deadlines';
import { withdrawExtension } from '../../queries/obligations';
import { Note } from '../note';
import { problemText } from '../problem-text';
import styles from './deadline-acts.module.css';

const Dialog = lazy(() => import('./dialogs'));

export type DeadlineAct = 'pause' | 'resume' | 'correct' | 'request_extension';
export type OpenedAct = { act: DeadlineAct } | { act: 'decide'; request: ExtensionRequest };

const ACTS: DeadlineAct[] = ['pause', 'resume', 'correct', 'request_extension'];

/** What may be done about a clock, and the extensions that were asked for. */
export function DeadlineActs({ deadlineId }: { deadlineId: string }) {
  const { t } = useTranslation();
  const { data } = useQuery(deadlineQuery(deadlineId));
  const [opened, open] = useState<OpenedAct | null>(null);
  if (!data) return null;
  const acts = ACTS.filter((act) => data.allowed_acts.includes(act));
  return (
    <div className={styles.acts}>
      {data.extension_requests.map((one) => (
        <Asked key={one.id} request={one} deadlineId={deadlineId} decide={() => { open({ act: 'decide', request: one }); }} />
      ))}
      {acts.length > 0 && (
        <div className={styles.buttons}>
          {acts.map((act) => (
            <Button key={act} size="small" onClick={() => { open({ act }); }}>{t(`clock.${act}`)}</Button>
          ))}
        </div>
      )}
      {opened && (
        <Suspense>
          <Dialog deadline={data} opened={opened} close={() => { open(null); }} />
        </Suspense>
      )}
    </div>
  );
}

type AskedProps = { request: ExtensionRequest; deadlineId: string; decide: () => void };

function Asked({ request, deadlineId, decide }: AskedProps) {
  const { t, i18n } = useTranslation();
  const client = useQueryClient();
  const day = (date: string) => longDay(date, i18n.language);
  const back = useMutation({
    mutationFn: () => withdrawExtension(request.id),
    onSettled: () => client.invalidateQueries(deadlineQuery(deadlineId)),
  });
  const mayDecide = request.allowed_acts.includes('grant') || request.allowed_acts.includes('refuse');
  return (
    <section className={styles.asked} aria-label={t('clock.request_extension')}>
      <p>{t('extension.asked', { day: day(request.until_on), reason: request.reason })}</p>
      <p className={styles.faint}>
        {request.asked_by.name} · {t(`extension.${request.state}`)}
        {request.granted_until_on && ` ${t('extension.until', { day: day(request.granted_until_on) })}`}{' '}
        {request.decided_by?.name} {request.opinion}
      </p>
      {back.error && <Note tone="overdue" live>{problemText(t, asProblem(back.error))}</Note>}
      <div className={styles.buttons}>
        {mayDecide && <Button size="small" onClick={decide}>{t('clock.decide')}</Button>}
        {request.allowed_acts.includes('withdraw') && (
          <Button size="small" loading={back.isPending} onClick={() => { back.mutate(); }}>
            {t('extension.withdraw')}
          </Button>
        )}
      </div>
    </section>
  );
}
