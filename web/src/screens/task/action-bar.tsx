import { Button } from 'antd';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import type { Sendable, Task } from '../../api/types';
import { AssignDialog } from './assign-dialog';
import { DraftStatus } from './draft-status';
import { TellDialog } from './tell-dialog';
import type { DraftState } from './use-draft';
import styles from './action-bar.module.css';

type Props = {
  task: Task;
  draft: DraftState;
  isBusy: boolean;
  submit: () => void;
  save: () => void;
  take: (act: 'claim' | 'unclaim') => void;
  beforeAssign: () => Promise<{ id: string; revision: number }>;
  children: ReactNode;
};

/** What may be done with the task: exactly the acts the server allows, one of them primary. */
export function ActionBar({ task, draft, isBusy, submit, save, take, beforeAssign, children }: Props) {
  const { t } = useTranslation();
  const [isAssigning, setAssigning] = useState(false);
  const [told, setTold] = useState<Sendable | null>(null);
  const can = (act: Task['allowed_acts'][number]) => task.allowed_acts.includes(act);
  const isIdle = task.allowed_acts.length === 0;
  return (
    <footer className={styles.bar}>
      <div className={styles.notes}>{children}</div>
      <div className={styles.acts}>
        {isIdle && <p className={styles.idle}>{t('task.nothing_to_do')}</p>}
        {task.messages.map((one) => (
          <Button key={one.name} danger className={styles.tell} onClick={() => { setTold(one); }}>
            {one.title}
          </Button>
        ))}
        {can('save_draft') && <DraftStatus state={draft} />}
        {can('assign') && <Button onClick={() => { setAssigning(true); }}>{t('act.assign')}</Button>}
        {can('unclaim') && <Button disabled={isBusy} onClick={() => { take('unclaim'); }}>{t('act.unclaim')}</Button>}
        {can('save_draft') && can('complete') && (
          <Button disabled={draft.kind === 'saving'} onClick={save}>{t('act.save')}</Button>
        )}
        {can('claim') && (
          <Button type={can('complete') ? 'default' : 'primary'} loading={isBusy} onClick={() => { take('claim'); }}>
            {t('act.claim')}
          </Button>
        )}
        {can('complete') && (
          <Button type="primary" loading={isBusy} onClick={submit}>
            {t(task.form ? 'act.submit' : 'act.complete')}
          </Button>
        )}
      </div>
      {told && <TellDialog task={task} message={told} close={() => { setTold(null); }} />}
      {isAssigning && <AssignDialog task={task} address={beforeAssign} close={() => { setAssigning(false); }} />}
    </footer>
  );
}
