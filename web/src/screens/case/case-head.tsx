import { PrinterOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { Instance, SupervisionCase } from '../../api/types';
import { longDay } from '../../format/dates';
import { CopyText } from '../../parts/copy-text';
import type { InstanceAct } from '../../queries/instances';
import { StateMark } from '../cases/state-mark';
import { unitOf } from '../cases/unit-of';
import { ReasonDialog } from './reason-dialog';
import styles from './case-head.module.css';

type Props = { instance: Instance; dossier: SupervisionCase | null };

export function CaseHead({ instance, dossier }: Props) {
  const { t, i18n } = useTranslation();
  const [asked, ask] = useState<InstanceAct | null>(null);
  return (
    <header className={styles.head}>
      <div className={styles.line}>
        <h1>{instance.title || instance.definition.name}</h1>
        <StateMark instance={instance} />
        <div className={styles.acts}>
          <Button icon={<PrinterOutlined />} onClick={() => { window.print(); }}>{t('case.print')}</Button>
          {instance.allowed_acts.map((act) => (
            <Button key={act} onClick={() => { ask(act); }}>
              {t(`case_act.${act}`)}
            </Button>
          ))}
        </div>
      </div>
      <p className={styles.facts}>
        {instance.business_key && <CopyText text={instance.business_key} />}
        <span>{dossier?.unit.name ?? unitOf(instance)}</span>
        <span>{t('case.opened_on', { day: longDay(instance.started_at, i18n.language) })}</span>
        {instance.ended_at && (
          <span>{t('case.ended_on', { day: longDay(instance.ended_at, i18n.language) })}</span>
        )}
        <span>{t('case.definition', { name: instance.definition.name, version: instance.definition.version })}</span>
      </p>
      {asked && <ReasonDialog instance={instance} act={asked} close={() => { ask(null); }} />}
    </header>
  );
}
