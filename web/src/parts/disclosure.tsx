import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Button, Input, Select } from 'antd';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { asProblem } from '../api/problem';
import type { CaseDocument } from '../api/types';
import { disclose, documentQuery, type Disclosure as Kind } from '../queries/supervision';
import { Note } from './note';
import { problemText } from './problem-text';
import styles from './disclosure.module.css';

const KINDS: readonly Kind[] = ['active', 'on_request', 'none'];

/** 公开属性 of a paper; who may change it says why, on record. */
export function Disclosure({ paper }: { paper: CaseDocument }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const id = useId();
  const [isOpen, setOpen] = useState(false);
  const [kind, setKind] = useState(paper.disclosure as Kind);
  const [reason, setReason] = useState('');
  const change = useMutation({
    mutationFn: () => disclose(paper.id, kind, reason.trim()),
    onSuccess: (told) => {
      client.setQueryData(documentQuery(paper.id).queryKey, told);
      setOpen(false);
      setReason('');
    },
  });
  return (
    <section>
      <h3>{t('disclosure.title')}</h3>
      <p>
        {paper.disclosure_name}
        {paper.disclosure_reason && t('disclosure.because', { reason: paper.disclosure_reason })}
      </p>
      {paper.allowed_acts.includes('disclose') && !isOpen && (
        <Button size="small" className={styles.act} onClick={() => { setOpen(true); }}>{t('disclosure.change')}</Button>
      )}
      {isOpen && (
        <form className={styles.form} onSubmit={(event) => { event.preventDefault(); change.mutate(); }}>
          {change.error && <Note tone="overdue" live>{problemText(t, asProblem(change.error))}</Note>}
          <Select<Kind>
            aria-label={t('disclosure.title')}
            value={kind}
            onChange={setKind}
            options={KINDS.map((value) => ({ value, label: t(`disclosure.${value}`) }))}
          />
          <label htmlFor={id}>{t('disclosure.reason')}</label>
          <Input.TextArea id={id} rows={2} maxLength={300} value={reason} onChange={(event) => { setReason(event.target.value); }} />
          <div className={styles.acts}>
            <Button onClick={() => { setOpen(false); }}>{t('disclosure.keep')}</Button>
            <Button htmlType="submit" disabled={!reason.trim()} loading={change.isPending}>{t('disclosure.change')}</Button>
          </div>
        </form>
      )}
    </section>
  );
}
