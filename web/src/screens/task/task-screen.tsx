import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { ArrowLeftOutlined } from '@ant-design/icons';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { Completion } from '../../api/types';
import { Failure } from '../../parts/failure';
import { useTitle } from '../../parts/use-title';
import { Waiting } from '../../parts/waiting';
import { taskQuery } from '../../queries/tasks';
import { Finished } from './finished';
import { TaskHead } from './task-head';
import { TaskPanels } from './task-panels';
import { TaskRail } from './task-rail';
import { TaskWork } from './task-work';
import { useNext } from './use-next';
import styles from './task-screen.module.css';

/** One task: what to do on the left, what is known in the middle, until when on the right. */
export function TaskScreen() {
  const { t } = useTranslation();
  const { taskId } = useParams({ from: '/office/tasks/$taskId' });
  const { data: task, error, isPending, refetch, dataUpdatedAt } = useQuery(taskQuery(taskId));
  const [ended, end] = useState<{ completion: Completion; said?: string } | null>(null);
  const finished = ended?.completion.task.id === taskId ? ended : null;
  const goOn = useNext();
  useTitle(task?.name);
  return (
    <div className={styles.screen}>
      <Link to="/tasks" className={styles.back}>
        <ArrowLeftOutlined aria-hidden /> {t('task.back')}
      </Link>
      {isPending && <Waiting lines={8} />}
      {error && !task && <Failure error={error} retry={() => void refetch()} />}
      {task && (
        <div className={styles.zones}>
          <TaskHead task={finished?.completion.task ?? task} className={styles.head} />
          <div className={styles.work}>
            {finished ? (
              <Finished {...finished} />
            ) : (
              // what was loaded anew starts anew; autosave does not come through here
              <TaskWork
                key={`${task.id} ${dataUpdatedAt}`}
                task={task}
                reload={() => refetch()}
                onCompleted={(completion, said) => { end({ completion, said }); void goOn(completion, said); }}
              />
            )}
          </div>
          <TaskPanels task={finished?.completion.task ?? task} className={styles.panels} />
          <TaskRail task={finished?.completion.task ?? task} className={styles.rail} />
        </div>
      )}
    </div>
  );
}
