import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { asProblem } from '../../api/problem';
import type { DeadlineWhole } from '../../api/types';
import { longDay } from '../../format/dates';
import { Note } from '../../parts/note';
import { problemText } from '../../parts/problem-text';
import { withdrawExtension } from '../../queries/obligations';
import { ExtensionDialog } from '../../parts/deadline-acts/extension-dialog';
import styles from './cards.module.css';

/** More time: what was asked and decided, and the button to ask where the rule still grants some. */
export function MoreTime({ deadline, inForm }: { deadline: DeadlineWhole; inForm: boolean }) {
  const { t, i18n } = useTranslation();
  const client = useQueryClient();
  const [isAsking, setAsking] = useState(false);
  const back = useMutation({
    mutationFn: withdrawExtension,
    onSettled: () => client.invalidateQueries({ queryKey: ['tasks', 'obligations'] }),
  });
  const day = (date: string) => longDay(date, i18n.language);
  return (
    <>
      {deadline.extension_requests.map((one) => (
        <div key={one.id} className={styles.asked}>
          <p>{t('extension.asked', { day: day(one.until_on), reason: one.reason })}</p>
          <p>
            <strong>{t(`extension.${one.state}`)}</strong>
            {one.granted_until_on && ` ${t('extension.until', { day: day(one.granted_until_on) })}`} {one.opinion}
          </p>
          {one.allowed_acts.includes('withdraw') && (
            <Button size="small" loading={back.isPending} onClick={() => { back.mutate(one.id); }}>
              {t('extension.withdraw')}
            </Button>
          )}
        </div>
      ))}
      {back.error && <Note tone="overdue" live>{problemText(t, asProblem(back.error))}</Note>}
      {inForm && <p className={styles.asked}>{t('extension.in_form')}</p>}
      {deadline.allowed_acts.includes('request_extension') && (
        <div className={styles.acts}>
          <Button onClick={() => { setAsking(true); }}>{t('extension.ask')}</Button>
        </div>
      )}
      {isAsking && <ExtensionDialog deadline={deadline} close={() => { setAsking(false); }} />}
    </>
  );
}
