import { Link } from '@tanstack/react-router';
import { Button } from 'antd';
import { useTranslation } from 'react-i18next';

import type { Obligation } from '../../api/types';
import { CopyText } from '../../parts/copy-text';
import { DeadlineCard } from '../../parts/deadline-card';
import { DeadlineChip } from '../../parts/deadline-chip';
import { serverNow } from '../../session/clock';
import { MoreTime } from './more-time';
import styles from './cards.module.css';

/** One thing to do: what, of which case, because of which paper, until when, and the button. */
export function ObligationCard({ obligation, isFirst }: { obligation: Obligation; isFirst: boolean }) {
  const { t } = useTranslation();
  const { task, unit, paper, deadline, basis } = obligation;
  const params = { taskId: task.id };
  const canAct = task.allowed_acts.some((act) => act === 'claim' || act === 'complete' || act === 'vote');
  return (
    <li className={styles.card}>
      <div className={styles.top}>
        <h3>{task.name}</h3>
        <DeadlineChip task={task} now={serverNow()} />
      </div>
      {task.item && <p className={styles.item}>{task.item}</p>}
      <p>
        <Link to="/cases/$instanceId" params={{ instanceId: task.instance.id }}>
          {task.instance.title}
        </Link>
      </p>
      <p className={styles.facts}>
        {task.instance.business_key && <CopyText text={task.instance.business_key} />}
        {unit && <span>{unit.name}</span>}
      </p>
      {paper && (
        <p className={styles.paper}>
          {t('our_unit.because_of')}
          {paper.id ? (
            <Link to="/cases/$instanceId" params={{ instanceId: task.instance.id }} search={{ panel: 'documents', paper: paper.id }}>
              {t('our_unit.paper', { title: paper.title, number: paper.number ?? '' })}
            </Link>
          ) : (
            t('our_unit.paper', { title: paper.title, number: paper.number ?? '' })
          )}
        </p>
      )}
      {deadline && (
        <details className={styles.why}>
          <summary>{t('our_unit.why')}</summary>
          <div>
            {basis && <p>{t('our_unit.basis', { basis })}</p>}
            <DeadlineCard deadline={deadline} acts={false} />
          </div>
        </details>
      )}
      {deadline && <MoreTime deadline={deadline} inForm={canAct && task.element_id === 'carry_out_rectification'} />}
      <div className={styles.acts}>
        {task.assignee && !canAct && (
          <span className={styles.holder}>{t('our_unit.held_by', { name: task.assignee.name })}</span>
        )}
        <Link to="/tasks/$taskId" params={params}>
          <Button type={isFirst && canAct ? 'primary' : 'default'} tabIndex={-1}>
            {t(canAct ? 'our_unit.act' : 'our_unit.look', { name: task.name })}
          </Button>
        </Link>
      </div>
    </li>
  );
}
