import { useQuery } from '@tanstack/react-query';
import { InputNumber, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { Period } from '../../api/types';
import { Note } from '../../parts/note';
import { movesQuery, rules } from '../../queries/rules';
import { ActDialog } from './act-dialog';
import { LineField } from './line-field';
import { Moves } from './moves';
import { useAct } from './use-act';
import styles from './admin.module.css';

const UNITS = ['days', 'working_days', 'months', 'hours', 'working_hours', 'minutes'] as const;

/** Another length from now on; running clocks stay, and it is shown how many there are. */
export function PeriodDialog({ period, close }: { period: Period; close: () => void }) {
  const { t } = useTranslation();
  const [amount, setAmount] = useState<number | null>(period.amount);
  const [unit, setUnit] = useState(period.unit);
  const [source, setSource] = useState('');
  const isNew = amount !== null && (amount !== period.amount || unit !== period.unit);
  const asked = { family: period.family, key: period.key, amount, unit, limit: 5 };
  const preview = useQuery(movesQuery(asked, isNew));
  const act = useAct({
    run: () =>
      rules.changePeriod({ family: period.family, key: period.key, amount: amount ?? 0, unit, source: source.trim() }),
    touches: ['rules'],
    said: (done) => t('rules.changed', { count: done.running }),
    after: close,
  });
  return (
    <ActDialog title={`${t('rules.change')} ${period.name}`} okText={t('rules.change')} isReady={isNew && source.trim() !== ''} act={act} close={close}>
      <p>{t('rules.change_text')}</p>
      <div className={styles.pair}>
        <InputNumber aria-label={t('rules.amount')} min={1} max={3650} precision={0} value={amount} onChange={setAmount} style={{ width: '100%' }} />
        <Select
          aria-label={t('rules.unit')}
          value={unit}
          onChange={setUnit}
          options={UNITS.map((value) => ({ value, label: t(`rules.name_${value}`) }))}
        />
      </div>
      <LineField label={t('rules.new_source')} rows={2} value={source} onChange={setSource} hint={t('rules.source_hint')} />
      {preview.data?.warnings.map((warning) => <Note key={warning} tone="soon" live>{warning}</Note>)}
      {preview.data && <Moves moves={preview.data.moves} total={preview.data.total} said={t('rules.would_move')} />}
    </ActDialog>
  );
}
