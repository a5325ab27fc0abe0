import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Select } from 'antd';
import { useTranslation } from 'react-i18next';

import type { Definition } from '../../api/types';
import { versionsQuery } from '../../queries/traffic';

/** From version to version of the same process; view and period stay. */
export function VersionChoice({ definition }: { definition: Definition }) {
  const { t } = useTranslation();
  const navigate = useNavigate({ from: '/definitions/$definitionId' });
  const { data: versions = [] } = useQuery(versionsQuery({ key: definition.key }));
  const known = versions.length > 0 ? versions : [{ ...definition, cases: undefined }];
  return (
    <Select
      size="small"
      aria-label={t('definitions.version')}
      popupMatchSelectWidth={false}
      value={definition.id}
      onChange={(definitionId: string) =>
        void navigate({ params: { definitionId }, search: ({ view, from, until }) => ({ view, from, until }) })
      }
      options={known.map((version) => ({
        value: version.id,
        label: [
          t('definitions.version_value', { version: version.version }),
          version.cases ? t('definitions.running', { count: version.cases }) : '',
        ].filter(Boolean).join(' · '),
      }))}
    />
  );
}
