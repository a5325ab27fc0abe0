import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Checkbox } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { CopyText } from '../../parts/copy-text';
import { Note } from '../../parts/note';
import { account, signInsQuery, type TokenWish } from '../../queries/account';
import { serverNow } from '../../session/clock';
import styles from './account.module.css';
import { Fields } from './fields';

const SCOPES: TokenWish['scopes'] = ['read', 'write', 'admin'];
const DAYS = 90;

/** A token for a script of one's own; its secret is shown once. */
export function NewToken() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [scopes, setScopes] = useState<TokenWish['scopes']>(['read']);
  const make = useMutation({
    mutationFn: (given: Record<string, string>) => {
      const until = new Date(Date.parse(serverNow()) + DAYS * 86_400_000).toISOString();
      return account.createToken({ name: given['name'] ?? '', scopes, expires_at: until });
    },
    onSuccess: () => void client.invalidateQueries({ queryKey: signInsQuery.queryKey }),
  });
  return (
    <section className={styles.sheet}>
      <h2>{t('token.title')}</h2>
      <p>{t('token.text', { days: DAYS })}</p>
      {make.data && (
        <Note tone="soon" title={t('token.made')} live>
          <p className={styles.secret}><CopyText text={make.data.secret} /></p>
        </Note>
      )}
      <Checkbox.Group
        options={SCOPES.map((value) => ({ value, label: t(`token.scope_${value}`) }))}
        value={scopes}
        onChange={(chosen) => { setScopes(SCOPES.filter((scope) => chosen.includes(scope))); }}
      />
      <Fields
        key={make.data?.id ?? ''}
        fields={[{ name: 'name', label: t('token.name'), kind: 'text' }]}
        act={t('token.make')}
        error={make.error}
        pending={make.isPending}
        onSend={(given) => { make.mutate(given); }}
      />
    </section>
  );
}
