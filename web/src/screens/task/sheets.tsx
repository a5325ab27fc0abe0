import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';

import type { Sheet } from '../../api/types';
import { shortTime } from '../../format/dates';
import { sheetsQuery } from '../../queries/handovers';
import { serverNow } from '../../session/clock';
import styles from './files-panel.module.css';

/** 呈批件 of the task, all versions; each opens to what it proposes. */
export function Sheets({ taskId }: { taskId: string }) {
  const { t } = useTranslation();
  const { data: sheets = [] } = useQuery(sheetsQuery(taskId));
  if (sheets.length === 0) return null;
  return (
    <section>
      <h3>{t('sheet.list')}</h3>
      {sheets.map((sheet) => <SheetEntry key={sheet.id} sheet={sheet} />)}
    </section>
  );
}

function SheetEntry({ sheet }: { sheet: Sheet }) {
  const { t } = useTranslation();
  const state = sheet.paper_act_id ? 'signed' : sheet.is_latest ? 'unsigned' : 'replaced';
  return (
    <details className={styles.sheet}>
      <summary>
        {t('sheet.name', { number: sheet.number, version: sheet.version, title: sheet.title })}{' '}
        <span className={styles.faint}>
          {t(`sheet.${state}`)} · {sheet.made_by?.name} {shortTime(sheet.made_at, serverNow())}
        </span>
      </summary>
      <p className={styles.proposed}>{sheet.proposed}</p>
      <Link to="/tasks/$taskId/sheets/$sheetId" params={{ taskId: sheet.task_id, sheetId: sheet.id }}>
        {t('sheet.open')}
      </Link>
    </details>
  );
}
