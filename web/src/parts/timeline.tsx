import { Button } from 'antd';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';

import type { Ahead, HistoryEvent, TaskSummary } from '../api/types';
import { shortTime } from '../format/dates';
import { elapsed } from '../format/quantities';
import { serverNow } from '../session/clock';
import { holder } from './holder';
import { taskName } from './task-name';
import styles from './timeline.module.css';

type Props = {
  events: HistoryEvent[];
  /** what somebody has in hand now */
  open?: TaskSummary[];
  /** what may still come */
  ahead?: Ahead[];
  /** the element whose last record is to be brought into sight */
  at?: string;
  /** shows the element of an entry in the drawing */
  onElement?: (elementId: string) => void;
};

/** Name and post, act, opinion, time, elapsed: the record as the office knows it; in grey what comes. */
export function Timeline({ events, open = [], ahead = [], at, onElement }: Props) {
  const now = serverNow();
  // who has it now comes after what was done there before
  const inHand = at ? open.filter((task) => task.element_id === at).at(-1)?.id : undefined;
  const sought = inHand ?? (at ? events.filter((event) => event.element_id === at).at(-1)?.id : undefined);
  return (
    <ol className={styles.timeline}>
      {events.map((event) => (
        <Entry key={event.id} event={event} now={now} isSought={event.id === sought} onElement={onElement} />
      ))}
      {open.map((task) => <OpenEntry key={task.id} task={task} now={now} isSought={task.id === sought} onElement={onElement} />)}
      {ahead.map((step) => <AheadEntry key={`${step.process_key} ${step.element_id}`} step={step} />)}
    </ol>
  );
}

type Row = { now: string; isSought: boolean; onElement?: (elementId: string) => void };

/** The row that was sought comes into sight and has the keyboard. */
function useSought(isSought: boolean) {
  const row = useRef<HTMLLIElement>(null);
  useEffect(() => {
    if (!isSought) return;
    row.current?.scrollIntoView({ block: 'center' });
    row.current?.focus({ preventScroll: true });
  }, [isSought]);
  return row;
}

function InDrawing({ elementId, name, onElement }: { elementId: string | null; name: string; onElement: Row['onElement'] }) {
  const { t } = useTranslation();
  if (!elementId || !onElement) return null;
  return (
    <Button type="link" size="small" className={styles.drawn} aria-label={t('history.in_drawing_of', { name })}
      onClick={() => { onElement(elementId); }}>{t('history.in_drawing')}</Button>
  );
}

function Entry({ event, now, isSought, onElement }: Row & { event: HistoryEvent }) {
  const { t } = useTranslation();
  const row = useSought(isSought);
  const { actor, opinion, elapsed_seconds: seconds } = event;
  const spent = seconds === null ? null : elapsed(seconds);
  return (
    <li ref={row} tabIndex={-1} className={isSought ? `${styles.entry} ${styles.sought}` : styles.entry}>
      <time dateTime={event.at}>{shortTime(event.at, now)}</time>
      <div className={styles.body}>
        <p>
          <strong>{actor?.name || t('history.system')}</strong>
          {actor?.title && <span className={styles.faint}> {actor.title}</span>}
        </p>
        <p>
          {event.text}
          <InDrawing elementId={event.element_id} name={event.element_name ?? event.text} onElement={onElement} />
        </p>
        {opinion && <blockquote className={styles.opinion}>{opinion}</blockquote>}
        {spent && <p className={styles.faint}>{t(`elapsed.${spent.unit}`, { amount: spent.amount })}</p>}
      </div>
    </li>
  );
}

function OpenEntry({ task, now, isSought, onElement }: Row & { task: TaskSummary }) {
  const { t } = useTranslation();
  const row = useSought(isSought);
  const { sign_off: signing } = task;
  return (
    <li ref={row} tabIndex={-1} className={`${styles.entry} ${styles.current} ${isSought ? styles.sought : ''}`}>
      <time dateTime={task.created_at}>{t('history.since', { at: shortTime(task.created_at, now) })}</time>
      <div className={styles.body}>
        <p>
          <strong>{holder(task, t)}</strong>
          {task.lent_by && <span className={styles.faint}> {t('notes.lent_to', { name: task.lent_by.name })}</span>}
        </p>
        <p>
          {t('history.in_hand', { name: taskName(task) })}
          {signing && (
            <span className={styles.faint}>
              {' '}{signing.rule_name} {t('signing.count', { voted: signing.voted, total: signing.total })}
            </span>
          )}
          <InDrawing elementId={task.element_id} name={taskName(task)} onElement={onElement} />
        </p>
      </div>
    </li>
  );
}

function AheadEntry({ step }: { step: Ahead }) {
  const { t } = useTranslation();
  const who = step.people.length > 0 ? step.people : step.groups;
  return (
    <li className={`${styles.entry} ${styles.ahead}`}>
      <span className={styles.when}>{t(step.is_certain ? 'history.ahead' : 'history.maybe')}</span>
      <div className={styles.body}>
        <p>{step.name}</p>
        {who.length > 0 && <p>{who.join(t('list.comma'))}</p>}
      </div>
    </li>
  );
}
