import { useNavigate, useSearch } from '@tanstack/react-router';
import { Tabs } from 'antd';
import { useTranslation } from 'react-i18next';

import type { Task } from '../../api/types';
import { PANELS, type Panel } from '../../search';
import { DiagramPanel } from '../../parts/diagram-panel';
import { HistoryPanel } from '../../parts/history-panel';
import { CommentsPanel } from './comments-panel';
import { FilesPanel } from './files-panel';
import { RelatedPanel } from './related-panel';
import styles from './task-panels.module.css';

/** What is known about the case, beside the form; which of them is open stands in the address. */
export function TaskPanels({ task, className }: { task: Task; className?: string }) {
  const { t } = useTranslation();
  const { panel = 'diagram', at } = useSearch({ from: '/office/tasks/$taskId' });
  const navigate = useNavigate({ from: '/tasks/$taskId' });
  // from a step of the drawing to its record and back
  const show = (next: Panel, element: string) =>
    void navigate({ search: { panel: next, at: element }, resetScroll: false });
  const isOpen = task.state === 'ready' || task.state === 'claimed';
  const contents: Record<Panel, React.ReactNode> = {
    diagram: (
      <DiagramPanel
        instanceId={task.instance.id}
        at={at}
        home={isOpen ? task.element_id : undefined}
        onElement={(element) => { show('history', element); }}
      />
    ),
    history: (
      <HistoryPanel instanceId={task.instance.id} at={at} onElement={(element) => { show('diagram', element); }} />
    ),
    comments: <CommentsPanel task={task} />,
    files: <FilesPanel task={task} />,
    related: <RelatedPanel task={task} />,
  };
  const labelOf = (key: Panel) =>
    key === 'comments' && task.comments > 0 ? `${t('panel.comments')} ${task.comments}` : t(`panel.${key}`);
  return (
    <section className={`${styles.panels} ${className ?? ''}`} aria-label={t('task.known')}>
      <Tabs
        activeKey={panel}
        onChange={(key) =>
          void navigate({
            search: { panel: key === 'diagram' ? undefined : (key as Panel) },
            replace: true,
            resetScroll: false,
          })
        }
        destroyOnHidden
        items={PANELS.map((key) => ({ key, label: labelOf(key), children: contents[key] }))}
      />
    </section>
  );
}
