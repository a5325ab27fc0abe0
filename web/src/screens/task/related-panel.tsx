import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';

import type { Task } from '../../api/types';
import { Blank } from '../../parts/blank';
import { dossierQuery } from '../../queries/supervision';

/** Cases that hang on this one: reviews and appeals are instances of their own. */
export function RelatedPanel({ task }: { task: Task }) {
  const { t } = useTranslation();
  const { data: dossier } = useQuery(dossierQuery(task.instance.id, task.instance.family));
  const appeals = (dossier?.appeals ?? []).filter((appeal) => appeal.instance_id);
  if (appeals.length === 0) return <Blank title={t('related.none')}>{t('related.none_text')}</Blank>;
  return (
    <ul>
      {appeals.map((appeal) => (
        <li key={appeal.id}>
          <Link to="/cases/$instanceId" params={{ instanceId: appeal.instance_id ?? '' }}>
            {appeal.kind}
          </Link>{' '}
          {appeal.state}
        </li>
      ))}
    </ul>
  );
}
