import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';

import type { Task } from '../../api/types';
import { isoDay } from '../../format/dates';
import { Blank } from '../../parts/blank';
import table from '../../parts/plain-table.module.css';
import { dossierQuery } from '../../queries/supervision';

/** What hangs together with this case: reviews and appeals are instances of their own. */
export function RelatedPanel({ task }: { task: Task }) {
  const { t } = useTranslation();
  const { data: dossier } = useQuery(dossierQuery(task.instance.id, task.instance.family));
  const appeals = dossier?.appeals ?? [];
  // a review belongs to the case whose decision it is about
  const isPart = dossier !== null && dossier?.instance_id !== task.instance.id;
  if (!dossier || (appeals.length === 0 && !isPart)) {
    return <Blank title={t('related.none')}>{t('related.none_text')}</Blank>;
  }
  return (
    <div className={table.scroll}>
      <table className={table.table}>
        <tbody>
          {isPart && (
            <tr>
              <td>
                <Link to="/cases/$instanceId" params={{ instanceId: dossier.instance_id }}>
                  {dossier.title}
                </Link>
              </td>
              <td>{t('related.origin')}</td>
              <td className={table.nowrap}>{isoDay(dossier.opened_on)}</td>
            </tr>
          )}
          {appeals
            .filter((appeal) => appeal.instance_id !== task.instance.id)
            .map((appeal) => (
              <tr key={appeal.id}>
                <td>
                  {appeal.instance_id ? (
                    <Link to="/cases/$instanceId" params={{ instanceId: appeal.instance_id }}>
                      {appeal.kind_name}
                    </Link>
                  ) : (
                    appeal.kind_name
                  )}
                </td>
                <td>
                  {appeal.state_name} {appeal.result_name}
                </td>
                <td className={table.nowrap}>{isoDay(appeal.received_on)}</td>
              </tr>
            ))}
        </tbody>
      </table>
    </div>
  );
}
