import { useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { Parameter } from '../../api/types';
import { Failure } from '../../parts/failure';
import table from '../../parts/plain-table.module.css';
import { Waiting } from '../../parts/waiting';
import { parametersQuery, rules } from '../../queries/rules';
import { ActDialog } from './act-dialog';
import { LineField } from './line-field';
import { useAct } from './use-act';
import styles from './admin.module.css';

/** Numbers, switches and lists of the family that are no periods. */
export function Parameters({ family, wanted }: { family: string; wanted: string }) {
  const { t } = useTranslation();
  const list = useQuery({ ...parametersQuery(family), enabled: family !== '' });
  const rows = (list.data ?? []).filter((row) => [row.name, row.key].some((part) => part.includes(wanted)));
  return (
    <section className={styles.sheet} aria-labelledby="other-parameters">
      <h2 id="other-parameters">{t('rules.others')}</h2>
      {list.isPending && <Waiting />}
      {list.isError && <Failure error={list.error} retry={() => void list.refetch()} />}
      <div className={table.scroll}>
        <table className={`${table.table} ${table.cards}`}>
          <thead>
            <tr>
              <th scope="col">{t('rules.name')}</th>
              <th scope="col">{t('rules.value')}</th>
              <th scope="col">{t('rules.source')}</th>
              <th scope="col"><span className="sr-only">{t('users.acts')}</span></th>
            </tr>
          </thead>
          <tbody>{rows.map((row) => <Row key={row.key} parameter={row} />)}</tbody>
        </table>
      </div>
    </section>
  );
}

function Row({ parameter }: { parameter: Parameter }) {
  const { t } = useTranslation();
  const [isOpen, open] = useState(false);
  return (
    <tr>
      <td>{parameter.name}<div className={table.faint}>{t('rules.key', { key: parameter.key, version: parameter.version })}</div></td>
      <td data-label={t('rules.value')}>{JSON.stringify(parameter.value)} {parameter.unit}</td>
      <td data-label={t('rules.source')}>
        {parameter.is_law ? parameter.source : t('rules.no_law')}
        <div className={table.faint}>{parameter.is_law ? parameter.basis : parameter.source}</div>
      </td>
      <td>
        {parameter.allowed_acts.includes('change') && (
          <Button size="small" onClick={() => { open(true); }}>{t('rules.change')}</Button>
        )}
        {isOpen && <Change parameter={parameter} close={() => { open(false); }} />}
      </td>
    </tr>
  );
}

function Change({ parameter, close }: { parameter: Parameter; close: () => void }) {
  const { t } = useTranslation();
  const [text, setText] = useState(JSON.stringify(parameter.value));
  const [source, setSource] = useState('');
  const value = read(text);
  const act = useAct({
    run: () => rules.changeParameter({ family: parameter.family, key: parameter.key, value, source: source.trim() }),
    touches: ['rules'],
    said: t('rules.parameter_changed'),
    after: close,
  });
  return (
    <ActDialog
      title={`${t('rules.change')} ${parameter.name}`}
      okText={t('rules.change')}
      isReady={value !== undefined && source.trim() !== ''}
      act={act}
      close={close}
    >
      <LineField label={t('rules.value')} value={text} onChange={setText} hint={value === undefined ? t('rules.value_wrong') : t('rules.value_hint')} />
      <LineField label={t('rules.new_source')} rows={2} value={source} onChange={setSource} hint={t('rules.source_hint')} />
    </ActDialog>
  );
}

/** The value as JSON; undefined while it is none. */
function read(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
