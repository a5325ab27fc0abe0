import { ArrowLeftOutlined, PrinterOutlined } from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { Button } from 'antd';
import { useTranslation } from 'react-i18next';

import { Failure } from '../../parts/failure';
import { Missing } from '../../parts/missing';
import { useTitle } from '../../parts/use-title';
import { Waiting } from '../../parts/waiting';
import { sheetsQuery } from '../../queries/handovers';
import { taskQuery } from '../../queries/tasks';
import { SheetPaper } from './sheet-paper';
import styles from './sheet.module.css';

/** 呈批件: the page that is printed, signed, and comes back as an act on paper. */
export function SheetScreen() {
  const { t } = useTranslation();
  const { taskId, sheetId } = useParams({ from: '/office/tasks/$taskId/sheets/$sheetId' });
  const task = useQuery(taskQuery(taskId));
  const sheets = useQuery(sheetsQuery(taskId));
  const error = task.error ?? sheets.error;
  useTitle(t('act.make_sheet'));
  if (error) return <Failure error={error} retry={() => { void task.refetch(); void sheets.refetch(); }} />;
  if (!task.data || !sheets.data) return <Waiting lines={8} />;
  const sheet = sheets.data.find((one) => one.id === sheetId);
  if (!sheet) return <Missing />;
  return (
    <div className={styles.screen}>
      <div className={styles.acts}>
        <Link to="/tasks/$taskId" params={{ taskId }} search={{ panel: 'files' }} className={styles.back}>
          <ArrowLeftOutlined aria-hidden /> {t('sheet.back')}
        </Link>
        <Button type="primary" icon={<PrinterOutlined />} onClick={() => { window.print(); }}>
          {t('case.print')}
        </Button>
      </div>
      <SheetPaper sheet={sheet} task={task.data} />
    </div>
  );
}
