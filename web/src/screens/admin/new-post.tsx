import { useQuery } from '@tanstack/react-query';
import { Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { Account } from '../../api/types';
import { UnitChoice } from '../../parts/unit-choice';
import { accounts, rolesQuery } from '../../queries/accounts';
import { ActDialog } from './act-dialog';
import { LineField } from './line-field';
import { useAct } from './use-act';
import styles from './admin.module.css';

/** A post for a person; one of administration is proposed and confirmed by a second person. */
export function NewPost({ account, close }: { account: Account; close: () => void }) {
  const { t } = useTranslation();
  const { data: roles = [] } = useQuery(rolesQuery);
  const [group, setGroup] = useState<string>();
  const [unit, setUnit] = useState<string>();
  const [title, setTitle] = useState('');
  const [from, setFrom] = useState('');
  const [until, setUntil] = useState('');
  const [reason, setReason] = useState('');
  const isDuty = roles.find((role) => role.key === group)?.is_duty ?? false;
  const given = {
    user_id: account.id,
    group: group ?? '',
    organisation_id: unit ?? '',
    title: title.trim(),
    from_on: from || null,
    until_on: until || null,
  };
  const act = useAct<unknown>({
    run: () => (isDuty ? accounts.propose({ ...given, reason: reason.trim() }) : accounts.give(given)),
    touches: ['accounts', 'proposals'],
    said: t(isDuty ? 'users.post_proposed' : 'users.post_done', { name: account.name }),
    after: close,
  });
  return (
    <ActDialog
      title={`${t('users.post')} ${account.name}`}
      okText={t(isDuty ? 'users.propose' : 'users.post')}
      isReady={Boolean(group && unit) && (!isDuty || reason.trim() !== '')}
      act={act}
      close={close}
    >
      <Select
        aria-label={t('users.role')}
        placeholder={t('users.role')}
        value={group}
        onChange={setGroup}
        showSearch={{ optionFilterProp: 'label' }}
        options={roles.map((role) => ({ value: role.key, label: role.name }))}
      />
      <UnitChoice value={unit} onChange={setUnit} />
      <LineField label={t('users.post_title')} value={title} onChange={setTitle} />
      <div className={styles.pair}>
        <LineField label={t('users.from')} type="date" value={from} onChange={setFrom} hint={t('users.from_hint')} />
        <LineField label={t('users.last_day')} type="date" value={until} onChange={setUntil} hint={t('users.last_hint')} />
      </div>
      {isDuty && <LineField label={t('users.reason')} rows={3} value={reason} onChange={setReason} hint={t('users.duty_text')} />}
    </ActDialog>
  );
}
