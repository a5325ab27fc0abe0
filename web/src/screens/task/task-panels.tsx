import { useNavigate, useSearch } from '@tanstack/react-router';
import { Tabs } from 'antd';
import { useTranslation } from 'react-i18next';

import type { Task } from '../../api/types';
import { PANELS, type Panel } from '../../search';
import { DiagramPanel } from '../../parts/diagram-panel';
import { HistoryPanel } from '../../parts/history-panel';
import { FilesPanel } from './files-panel';
import { RelatedPanel } from './related-panel';
import styles from './task-panels.module.css';

/** What is known about the case, beside the form; which of them is open stands in the address. */
export function TaskPanels({ task, className }: { task: Task; className?: string }) {
  const { t } = useTranslation();
  const { panel = 'diagram' } = useSearch({ from: '/office/tasks/$taskId' });
  const navigate = useNavigate({ from: '/tasks/$taskId' });
  const contents: Record<Panel, React.ReactNode> = {
    diagram: <DiagramPanel instanceId={task.instance.id} />,
    history: <HistoryPanel instanceId={task.instance.id} />,
    files: <FilesPanel task={task} />,
    related: <RelatedPanel task={task} />,
  };
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
        items={PANELS.map((key) => ({ key, label: t(`panel.${key}`), children: contents[key] }))}
      />
    </section>
  );
}
