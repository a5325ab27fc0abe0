import { ArrowRightOutlined } from '@ant-design/icons';
import { useTranslation } from 'react-i18next';

import type { Schemas } from '../../api/types';
import { Note } from '../../parts/note';
import styles from './admin.module.css';

type Mend = NonNullable<Schemas['ProposalWhole']['mend']>;

/** What would be done to a running case: from where to where, what ends and what begins by it. */
export function MendWords({ mend }: { mend: Mend }) {
  const { t } = useTranslation();
  return (
    <>
      {mend.from && (
        <p className={styles.places}>
          {mend.act}{t('colon')}<strong>{mend.from}</strong>
          {mend.to && <><ArrowRightOutlined aria-label={t('proposals.to')} /><strong>{mend.to}</strong></>}
        </p>
      )}
      {mend.variable && (
        <p>{t('proposals.variable', { name: mend.variable, value: JSON.stringify(mend.value) })}</p>
      )}
      <Note tone="soon" title={t('proposals.would')}>
        <ul>{mend.words.map((sentence) => <li key={sentence}>{sentence}</li>)}</ul>
      </Note>
    </>
  );
}
