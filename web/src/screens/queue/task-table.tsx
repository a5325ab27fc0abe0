import { PaperClipOutlined } from '@ant-design/icons';
import { Link } from '@tanstack/react-router';
import { Checkbox } from 'antd';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';

import type { TaskSummary } from '../../api/types';
import { shortDay } from '../../format/dates';
import { CopyText } from '../../parts/copy-text';
import { DeadlineChip } from '../../parts/deadline-chip';
import { holder } from '../../parts/holder';
import { taskName } from '../../parts/task-name';
import type { Tab } from '../../search';
import { serverNow } from '../../session/clock';
import { ClaimButton } from './claim-button';
import type { Claim } from './use-claim';
import type { Checked } from './use-checked';
import { rowLinkId } from './use-keys';
import styles from './task-table.module.css';

export type Rows = {
  tasks: TaskSummary[];
  tab: Tab;
  selected: string | null;
  select: (id: string) => void;
  claim: Claim;
  checked: Checked;
};

export function TaskTable({ tasks, tab, selected, select, claim, checked }: Rows) {
  const { t } = useTranslation();
  return (
    <table className={styles.table}>
      <thead>
        <tr>
          <th scope="col" className={styles.tick}>
            <Checkbox
              aria-label={t('bulk.all')}
              checked={checked.tasks.length === tasks.length}
              indeterminate={checked.tasks.length > 0 && checked.tasks.length < tasks.length}
              onChange={(event) => { checked.all(event.target.checked); }}
            />
          </th>
          <th scope="col">{t('column.case')}</th>
          <th scope="col">{t('column.step')}</th>
          <th scope="col" className={styles.optional}>{t('column.from')}</th>
          <th scope="col">{t(tab === 'done' ? 'column.completed' : 'column.received')}</th>
          {tab !== 'mine' && tab !== 'done' && <th scope="col">{t('column.holder')}</th>}
          <th scope="col">{t(tab === 'done' ? 'column.state' : 'column.due')}</th>
          <th scope="col"><span className="sr-only">{t('column.acts')}</span></th>
        </tr>
      </thead>
      <tbody>
        {tasks.map((task) => (
          <Row
            key={task.id}
            task={task}
            withHolder={tab !== 'mine' && tab !== 'done'}
            isDone={tab === 'done'}
            isSelected={task.id === selected}
            select={select}
            claim={claim}
            checked={checked}
          />
        ))}
      </tbody>
    </table>
  );
}

type RowProps = {
  task: TaskSummary;
  withHolder: boolean;
  isDone: boolean;
  isSelected: boolean;
  select: (id: string) => void;
  claim: Claim;
  checked: Checked;
};

function Row({ task, withHolder, isDone, isSelected, select, claim, checked }: RowProps) {
  const { t } = useTranslation();
  const row = useRef<HTMLTableRowElement>(null);
  const now = serverNow();
  useEffect(() => {
    if (!isSelected) return;
    row.current?.scrollIntoView({ block: 'nearest' });
    // coming back to the list: nothing has the focus yet
    if (document.activeElement === document.body) row.current?.querySelector('a')?.focus();
  }, [isSelected]);
  return (
    <tr
      ref={row}
      className={isSelected ? styles.selected : undefined}
      aria-selected={isSelected}
      onClick={() => {
        select(task.id);
      }}
    >
      <td className={styles.tick}>
        <Checkbox
          aria-label={t('bulk.one', { name: `${taskName(task)} ${task.instance.title}` })}
          checked={checked.has(task.id)}
          onChange={() => { checked.toggle(task.id); }}
        />
      </td>
      <td>
        <div className={styles.title}>
          {task.is_unread && !isDone && <span className={styles.unread}><span className="sr-only">{t('task.unread')}</span></span>}
          {task.instance.title}</div>
        <div className={styles.facts}>
          {task.instance.business_key && <CopyText text={task.instance.business_key} />}
          {task.instance.unit_name && <span>{task.instance.unit_name}</span>}
        </div>
      </td>
      <td>
        <Link
          id={rowLinkId(task.id)}
          to="/tasks/$taskId"
          params={{ taskId: task.id }}
          className={styles.step}
          onClick={() => {
            select(task.id);
          }}
        >
          {taskName(task)}
        </Link>
        {task.priority > 50 && <span className={styles.mark}>{t('task.urgent')}</span>}
        {task.has_draft && <span className={styles.mark}>{t('task.draft')}</span>}
        {task.sign_off && (
          <span className={styles.mark}>
            {task.sign_off.rule_name} {t('signing.count', { voted: task.sign_off.voted, total: task.sign_off.total })}
          </span>
        )}
        {task.urged && <span className={styles.mark}>{t('task.urged', { count: task.urged.count })}</span>}
        {task.files > 0 && (
          <span className={styles.files} title={t('task.files', { count: task.files })}>
            <PaperClipOutlined aria-hidden /> {task.files}
            <span className="sr-only">{t('task.files', { count: task.files })}</span>
          </span>
        )}
      </td>
      <td className={styles.optional}>{task.from?.name ?? '—'}</td>
      <td className={styles.day}>{shortDay(isDone ? (task.completed_at ?? task.created_at) : task.created_at, now)}</td>
      {withHolder && <td>{holder(task, t)}</td>}
      <td>{isDone ? t(`task_state.${task.state}`) : <DeadlineChip task={task} now={now} />}</td>
      <td className={styles.act}><ClaimButton task={task} claim={claim} /></td>
    </tr>
  );
}
