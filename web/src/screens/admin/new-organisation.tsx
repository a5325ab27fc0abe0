import { AutoComplete } from 'antd';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { Unit } from '../../api/types';
import { UnitChoice } from '../../parts/unit-choice';
import { organisations } from '../../queries/organisations';
import { ActDialog } from './act-dialog';
import { LineField } from './line-field';
import { useAct } from './use-act';
import { useKindName } from './use-kind-name';
import styles from './admin.module.css';

type Props = { units: Unit[]; above?: Unit; close: () => void };

/** A unit below another one, or at the top; its kind is one that is used already, or a new one. */
export function NewOrganisation({ units, above, close }: Props) {
  const { t } = useTranslation();
  const id = useId();
  const kindName = useKindName();
  const [given, give] = useState({ code: '', name: '', short_name: '', kind: '' });
  const [parent, setParent] = useState<string | undefined>(above?.id);
  const act = useAct({
    run: () => organisations.add({ ...given, parent_id: parent ?? null }),
    touches: ['organisations'],
    said: t('units.new_done', { name: given.name }),
    after: close,
  });
  const field = (name: 'code' | 'name' | 'short_name') => ({
    label: t(`units.${name}`),
    value: given[name],
    onChange: (value: string) => { give({ ...given, [name]: value }); },
  });
  const kinds = [...new Set(units.map((unit) => unit.kind))].sort();
  const isReady = [given.code, given.name, given.kind].every((value) => value.trim() !== '');
  return (
    <ActDialog title={t('units.new')} okText={t('units.new')} isReady={isReady} act={act} close={close}>
      <div className={styles.pair}>
        <LineField {...field('code')} />
        <LineField {...field('name')} />
        <LineField {...field('short_name')} />
        <div className={styles.field}>
          <label htmlFor={id}>{t('units.kind')}</label>
          <AutoComplete
            id={id}
            value={given.kind}
            options={kinds.map((kind) => ({ value: kind, label: `${kindName(kind)} ${kind}` }))}
            onChange={(kind: string) => { give({ ...given, kind }); }}
          />
        </div>
      </div>
      <div className={styles.field}>
        <span>{t('units.superior')}</span>
        <UnitChoice value={parent} onChange={setParent} label={t('units.superior')} none={t('units.no_superior')} />
      </div>
    </ActDialog>
  );
}
