import { useQuery } from '@tanstack/react-query';
import { Input, Select } from 'antd';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { OpinionField } from '../../../parts/phrases/opinion-field';
import { useKept } from '../../../parts/use-kept';
import { hand, sheetsQuery } from '../../../queries/handovers';
import { ActDialog } from './act-dialog';
import { useDesk, type DialogProps } from './desk';
import { useAct } from './use-act';
import styles from './act-dialog.module.css';

/** 呈批件: what is put before the leader on paper, as the case stands now. */
export function SheetDialog({ close }: DialogProps) {
  const { t } = useTranslation();
  const { task } = useDesk();
  const id = useId();
  const [title, setTitle] = useState(() => t('sheet.title_of', { title: task.instance.title }));
  const [proposed, setProposed, drop] = useKept(`sheet ${task.id}`);
  const [replaces, setReplaces] = useState<string | null>(null);
  const { data: sheets = [] } = useQuery(sheetsQuery(task.id));
  const open = sheets.filter((one) => one.is_latest && !one.paper_act_id);
  const act = useAct({
    run: (address) => hand.makeSheet(address, { title: title.trim(), proposed: proposed.trim(), replaces }),
    said: (sheet) => t('sheet.done', { number: sheet.number, version: sheet.version }),
    done: () => { drop(); close(); },
  });
  return (
    <ActDialog title={t('act.make_sheet')} okText={t('sheet.make')} width={640}
      isReady={title.trim() !== '' && proposed.trim() !== ''} act={act} close={close}>
      <p>{t('sheet.text')}</p>
      <div className={styles.field}>
        <label htmlFor={id}>{t('sheet.title')}<span className={styles.need}>{t('need.yes')}</span></label>
        <Input id={id} maxLength={200} value={title} onChange={(event) => { setTitle(event.target.value); }} />
      </div>
      <OpinionField label={t('sheet.proposed')} value={proposed} onChange={setProposed} isRequired />
      {open.length > 0 && (
        <Select className={styles.wide} allowClear aria-label={t('sheet.replaces')}
          placeholder={t('sheet.replaces')} value={replaces} onChange={(next) => { setReplaces(next ?? null); }}
          options={open.map((one) => ({
            value: one.id,
            label: t('sheet.name', { number: one.number, version: one.version, title: one.title }),
          }))} />
      )}
    </ActDialog>
  );
}
