import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Checkbox } from 'antd';
import { useTranslation } from 'react-i18next';

import { changeSettings, settingsQuery } from '../queries/desk';

/** Whether the next task opens by itself; kept with the account. */
export function NextSetting() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const { data } = useQuery(settingsQuery);
  const change = useMutation({
    mutationFn: changeSettings,
    onSuccess: (next) => { client.setQueryData(settingsQuery.queryKey, next); },
  });
  if (!data) return null;
  return (
    <Checkbox
      checked={change.isPending ? change.variables : data.opens_next}
      onChange={(event) => { change.mutate(event.target.checked); }}
    >
      {t('setting.opens_next')}
    </Checkbox>
  );
}
