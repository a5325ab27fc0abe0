import { useQuery } from '@tanstack/react-query';
import { Button, Input } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { Period } from '../../api/types';
import { Failure } from '../../parts/failure';
import table from '../../parts/plain-table.module.css';
import { useTitle } from '../../parts/use-title';
import { Waiting } from '../../parts/waiting';
import { periodsQuery } from '../../queries/rules';
import { FamilyChoice } from './family-choice';
import { Parameters } from './parameters';
import { PeriodDialog } from './period-dialog';
import { RecountDialog } from './recount-dialog';
import { useFamily } from './use-family';
import styles from './admin.module.css';

/** Deadline parameters in force, each with its source; changing one changes new clocks only. */
export function Periods() {
  const { t } = useTranslation();
  const { families, family, choose } = useFamily();
  const list = useQuery({ ...periodsQuery(family), enabled: family !== '' });
  const [text, setText] = useState('');
  useTitle(t('admin.periods'));
  const wanted = text.trim();
  const rows = (list.data ?? []).filter((row) => [row.name, row.key, row.source].some((part) => part.includes(wanted)));
  return (
    <>
      <div className={styles.head}>
        <h1>{t('admin.periods')}</h1>
        <FamilyChoice families={families} value={family} onChange={choose} />
        <Input.Search
          className={styles.end}
          style={{ width: 240 }}
          allowClear
          aria-label={t('rules.search')}
          placeholder={t('rules.search')}
          onChange={(event) => { setText(event.target.value); }}
        />
      </div>
      <p className={styles.intro}>{t('rules.intro')}</p>
      <section className={styles.sheet} aria-label={t('admin.periods')}>
        {list.isPending && <Waiting lines={8} />}
        {list.isError && <Failure error={list.error} retry={() => void list.refetch()} />}
        <div className={table.scroll}>
          <table className={`${table.table} ${table.cards}`}>
            <thead>
              <tr>
                <th scope="col">{t('rules.name')}</th>
                <th scope="col" className={styles.count}>{t('rules.length')}</th>
                <th scope="col">{t('rules.starts')}</th>
                <th scope="col">{t('rules.lapse')}</th>
                <th scope="col">{t('rules.source')}</th>
                <th scope="col"><span className="sr-only">{t('users.acts')}</span></th>
              </tr>
            </thead>
            <tbody>{rows.map((row) => <Row key={row.id} period={row} />)}</tbody>
          </table>
        </div>
      </section>
      <Parameters family={family} wanted={wanted} />
    </>
  );
}

function Row({ period }: { period: Period }) {
  const { t } = useTranslation();
  const [act, open] = useState<'change' | 'recount'>();
  const close = () => { open(undefined); };
  return (
    <tr>
      <td>
        {period.name}
        <div className={table.faint}>{t('rules.key', { key: period.key, version: period.version })}</div>
      </td>
      <td className={styles.count} data-label={t('rules.length')}>{t(`rules.unit_${period.unit}`, { count: period.amount })}</td>
      <td data-label={t('rules.starts')}>{period.start_event}<div className={table.faint}>{period.binds_name}</div></td>
      <td data-label={t('rules.lapse')}>{period.on_lapse}</td>
      <td data-label={t('rules.source')}>
        {period.is_law ? period.source : t('rules.no_law')}
        <div className={table.faint}>{period.is_law ? period.basis : period.source}</div>
      </td>
      <td>
        <span className={styles.acts}>
          {period.allowed_acts.includes('change') && (
            <Button size="small" onClick={() => { open('change'); }}>{t('rules.change')}</Button>
          )}
          {period.allowed_acts.includes('recount') && (
            <Button size="small" onClick={() => { open('recount'); }}>{t('rules.recount')}</Button>
          )}
        </span>
        {act === 'change' && <PeriodDialog period={period} close={close} />}
        {act === 'recount' && <RecountDialog period={period} close={close} />}
      </td>
    </tr>
  );
}
