import { Radio } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { Account } from '../../api/types';
import { accounts } from '../../queries/accounts';
import { ActDialog } from './act-dialog';
import { LineField } from './line-field';
import { useAct } from './use-act';

/** The end of one of a person's posts, at once or with a last day. */
export function EndPost({ account, close }: { account: Account; close: () => void }) {
  const { t } = useTranslation();
  const [post, choose] = useState(account.posts[0]?.id);
  const [last, setLast] = useState('');
  const act = useAct({
    run: () => accounts.endPost(post ?? '', last || null),
    touches: ['accounts'],
    said: t('users.end_post_done'),
    after: close,
  });
  return (
    <ActDialog title={`${t('users.end_post')} ${account.name}`} okText={t('users.end_post')} isReady={post !== undefined} act={act} close={close}>
      <p>{t('users.end_post_text')}</p>
      <Radio.Group
        aria-label={t('users.posts')}
        value={post}
        onChange={(event) => { choose(event.target.value as string); }}
        options={account.posts.map((one) => ({ value: one.id, label: `${one.organisation.name} ${one.title || one.group_name}` }))}
      />
      <LineField label={t('users.last_day')} type="date" value={last} onChange={setLast} hint={t('users.end_hint')} />
    </ActDialog>
  );
}
