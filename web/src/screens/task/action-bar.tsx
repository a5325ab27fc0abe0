import { DownOutlined } from '@ant-design/icons';
import { useNavigate } from '@tanstack/react-router';
import { Button, Dropdown } from 'antd';
import { lazy, Suspense, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import type { Sendable, Values } from '../../api/types';
import { menuOf, type MenuAct, type Opened } from './acts/acts-menu';
import { useDesk } from './acts/desk';
import { DraftStatus } from './draft-status';
import { TellDialog } from './tell-dialog';
import type { DraftState } from './use-draft';
import styles from './action-bar.module.css';

const Dialogs = lazy(() => import('./acts/dialogs'));

type Props = {
  draft: DraftState;
  isBusy: boolean;
  submit: (values: Values) => void;
  save: () => void;
  take: (act: 'claim' | 'unclaim') => void;
  children: ReactNode;
};

/** These send the form's values along, so the form must be right before their dialog opens. */
const WITH_FORM: Opened[] = ['vote', 'record_on_paper'];

/** What may be done with the task: exactly the acts the server allows, one of them primary. */
export function ActionBar({ draft, isBusy, submit, save, take, children }: Props) {
  const { t } = useTranslation();
  const { task, checked } = useDesk();
  const navigate = useNavigate({ from: '/tasks/$taskId' });
  const [opened, setOpened] = useState<Opened | null>(null);
  const [values, setValues] = useState<Values>({});
  const [told, setTold] = useState<Sendable | null>(null);
  const can = (act: (typeof task.allowed_acts)[number]) => task.allowed_acts.includes(act);
  const open = (act: Opened) => {
    const filled = WITH_FORM.includes(act) ? checked() : {};
    if (!filled) return;
    setValues(filled);
    setOpened(act);
  };
  const send = () => {
    const filled = checked();
    if (!filled) return;
    if (!task.never_auto) return void submit(filled);
    setValues(filled);
    setOpened('confirm');
  };
  const choose = (act: MenuAct) => {
    if (act === 'unclaim') take('unclaim');
    else if (act === 'comment') void navigate({ search: { panel: 'comments' }, resetScroll: false });
    else open(act);
  };
  const menu = menuOf(task.allowed_acts);
  const work = can('complete') ? 'complete' : can('vote') ? 'vote' : can('give_back') ? 'give_back' : null;
  return (
    <footer className={styles.bar}>
      <div className={styles.notes}>{children}</div>
      <div className={styles.acts}>
        {task.allowed_acts.length === 0 && <p className={styles.idle}>{t('task.nothing_to_do')}</p>}
        {task.messages.map((one) => (
          <Button key={one.name} danger className={styles.tell} onClick={() => { setTold(one); }}>
            {one.title}
          </Button>
        ))}
        {can('save_draft') && <DraftStatus state={draft} />}
        {menu.length > 0 && (
          <Dropdown
            autoFocus
            trigger={['click']}
            placement="topRight"
            menu={{
              items: menu.map((act) => ({ key: act, label: t(`act.${act}`) })),
              onClick: ({ key }) => { choose(key as MenuAct); },
            }}
          >
            <Button aria-haspopup="menu" disabled={isBusy}>{t('hand.more')} <DownOutlined aria-hidden /></Button>
          </Dropdown>
        )}
        {can('save_draft') && work !== null && (
          <Button disabled={draft.kind === 'saving'} onClick={save}>{t('act.save')}</Button>
        )}
        {can('send_back') && (
          <Button disabled={isBusy} onClick={() => { open('send_back'); }}>{t('act.send_back')}</Button>
        )}
        {can('claim') && (
          <Button type={work ? 'default' : 'primary'} loading={isBusy} onClick={() => { take('claim'); }}>
            {t('act.claim')}
          </Button>
        )}
        {work === 'complete' && (
          <Button type="primary" loading={isBusy} onClick={send}>
            {t(task.form ? 'act.submit' : 'act.complete')}
          </Button>
        )}
        {(work === 'vote' || work === 'give_back') && (
          <Button type="primary" loading={isBusy} onClick={() => { open(work); }}>{t(`act.${work}`)}</Button>
        )}
      </div>
      {told && <TellDialog task={task} message={told} close={() => { setTold(null); }} />}
      {opened && (
        <Suspense>
          <Dialogs
            opened={opened}
            values={values}
            confirm={() => { submit(values); }}
            close={() => { setOpened(null); }}
          />
        </Suspense>
      )}
    </footer>
  );
}
