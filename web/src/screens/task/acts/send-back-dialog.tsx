import { useQuery } from '@tanstack/react-query';
import { Radio } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { Destination } from '../../../api/types';
import { shortTime } from '../../../format/dates';
import { Failure } from '../../../parts/failure';
import { OpinionField } from '../../../parts/phrases/opinion-field';
import { useKept } from '../../../parts/use-kept';
import { Waiting } from '../../../parts/waiting';
import { destinationsQuery, hand, type Mode } from '../../../queries/handovers';
import { serverNow } from '../../../session/clock';
import { ActDialog } from './act-dialog';
import { useDesk, type DialogProps } from './desk';
import { ReturnEffects } from './return-effects';
import { useAct } from './use-act';
import styles from './act-dialog.module.css';

/** 退回: to a step of the real history, with what that would cancel, and why. */
export function SendBackDialog({ close }: DialogProps) {
  const { t } = useTranslation();
  const { task } = useDesk();
  const list = useQuery(destinationsQuery(task.id));
  const [chosen, choose] = useState<string>();
  const [wanted, setMode] = useState<Mode>();
  const [opinion, setOpinion, drop] = useKept(`send_back ${task.id}`);
  const first = list.data?.find((one) => one.ways.some((way) => way.allowed));
  const to = list.data?.find((one) => one.task_id === (chosen ?? first?.task_id));
  const mode = wanted ?? to?.ways.find((one) => one.allowed)?.mode ?? 'only';
  const way = to?.ways.find((one) => one.mode === mode);
  const act = useAct({
    run: (address) => hand.sendBack(address, { to: to?.task_id ?? '', mode, opinion: opinion.trim() }),
    said: () => t('hand.send_back_done', { name: to?.name ?? '', person: to?.done_by ?? '' }),
    done: () => { drop(); close(); },
  });
  return (
    <ActDialog
      title={t('act.send_back')}
      okText={t('act.send_back')}
      isReady={Boolean(way?.allowed) && opinion.trim() !== ''}
      act={act}
      close={close}
      isDanger
      width={640}
    >
      {list.isPending && <Waiting lines={3} />}
      {list.error && <Failure error={list.error} retry={() => void list.refetch()} />}
      {list.data && (
        <div>
          <span id="return-to" className={styles.label}>{t('return.to')}</span>
          <Radio.Group
            className={styles.stack}
            aria-labelledby="return-to"
            value={to?.task_id}
            onChange={(event) => { choose(event.target.value as string); }}
          >
            {list.data.map((one) => <Place key={one.task_id} place={one} />)}
          </Radio.Group>
        </div>
      )}
      <div>
        <span id="return-mode" className={styles.label}>{t('return.mode')}</span>
        <Radio.Group
          className={styles.stack}
          aria-labelledby="return-mode"
          value={mode}
          onChange={(event) => { setMode(event.target.value as Mode); }}
        >
          {(['only', 'and_back'] as const).map((one) => (
            <Radio key={one} value={one}>
              {t(`return.${one}`)} <span className={styles.faint}>{t(`return.${one}_text`)}</span>
            </Radio>
          ))}
        </Radio.Group>
      </div>
      {way && !way.allowed && <p role="alert">{way.reason}</p>}
      {to && way?.allowed && <ReturnEffects to={to} mode={mode} />}
      <OpinionField label={t('return.opinion')} value={opinion} onChange={setOpinion} isRequired />
    </ActDialog>
  );
}

function Place({ place }: { place: Destination }) {
  const { t } = useTranslation();
  const name = place.item ? `${place.name} · ${place.item}` : place.name;
  const isOpen = place.ways.some((way) => way.allowed);
  return (
    <Radio value={place.task_id} disabled={!isOpen}>
      {name}{' '}
      <span className={styles.faint}>
        {place.done_by} {shortTime(place.done_at, serverNow())}
        {place.is_previous && ` · ${t('return.previous')}`}
        {place.is_start && ` · ${t('return.start')}`}
        {!isOpen && ` · ${place.ways[0]?.reason ?? ''}`}
      </span>
    </Radio>
  );
}
