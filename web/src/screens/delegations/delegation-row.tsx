import { useMutation, useQueryClient } from '@tanstack/react-query';
import { App, Button } from 'antd';
import { useTranslation } from 'react-i18next';

import { asProblem } from '../../api/problem';
import type { Delegation } from '../../api/types';
import { isoDay } from '../../format/dates';
import { problemText } from '../../parts/problem-text';
import { delegations, delegationsQuery, principalsQuery } from '../../queries/delegations';
import styles from './delegations.module.css';

export function DelegationRow({ row }: { row: Delegation }) {
  const { t } = useTranslation();
  const { message, modal } = App.useApp();
  const client = useQueryClient();
  const revoke = useMutation({
    mutationFn: () => delegations.revoke(row.id),
    onSuccess: () => void message.success(t('delegation.revoked')),
    onError: (error) => void message.error(problemText(t, asProblem(error)), 6),
    onSettled: () => {
      void client.invalidateQueries(delegationsQuery);
      void client.invalidateQueries(principalsQuery);
    },
  });
  const posts = row.posts.map((post) => `${post.organisation.name} ${post.group_name}`).join(t('list.comma'));
  return (
    <li>
      <div>
        <strong>{t(`delegation.line_${row.kind}`, { from: row.principal?.name ?? '', to: row.to?.name ?? '' })}</strong>
        <p>{t('delegation.period', { from: row.from_on, until: row.until_on })}</p>
        <p className={styles.faint}>{posts || t('delegation.all_posts')} · {row.reason}</p>
        {row.revoked_at && (
          <p className={styles.faint}>
            {t('delegation.was_revoked', { name: row.revoked_by?.name ?? '', day: isoDay(row.revoked_at) })}
          </p>
        )}
      </div>
      {row.allowed_acts.includes('revoke') && (
        <Button
          danger
          loading={revoke.isPending}
          onClick={() => {
            void modal.confirm({
              title: t('delegation.revoke_ask', { name: row.to?.name ?? '' }),
              okText: t('delegation.revoke'),
              onOk: () => { revoke.mutate(); },
            });
          }}
        >
          {t('delegation.revoke')}
        </Button>
      )}
    </li>
  );
}
