import { CheckCircleOutlined, ClockCircleOutlined, CloseCircleOutlined, MinusCircleOutlined } from '@ant-design/icons';
import { useTranslation } from 'react-i18next';

import type { Signer, SignOff } from '../../api/types';
import { shortTime } from '../../format/dates';
import { serverNow } from '../../session/clock';
import styles from './sign-off-card.module.css';

const ICONS = { agree: CheckCircleOutlined, refuse: CloseCircleOutlined, abstain: MinusCircleOutlined };

/** 会签: how far it is, how it is decided, and each vote with its opinion. */
export function SignOffCard({ signOff }: { signOff: SignOff }) {
  const { t } = useTranslation();
  return (
    <section className={styles.card} aria-label={signOff.rule_name}>
      <h2>
        {signOff.rule_name}{' '}
        <span className={styles.count}>
          {t('signing.count', { voted: signOff.voted, total: signOff.total })}
        </span>
      </h2>
      <p className={styles.faint}>
        {signOff.sentence}
        {signOff.outcome && ` ${t(`signing.${signOff.outcome}`)}`}
      </p>
      {signOff.is_held && <p>{t('signing.held')}</p>}
      <ul className={styles.signers}>
        {signOff.signers.map((signer) => <SignerRow key={signer.id} signer={signer} />)}
      </ul>
    </section>
  );
}

function SignerRow({ signer }: { signer: Signer }) {
  const { t } = useTranslation();
  const voter = signer.voted_by?.name ?? signer.holder?.name;
  const name = signer.stand_in
    ? t('signing.stand_in', { by: signer.stand_in.name, name: voter ?? signer.name })
    : (voter ?? signer.name);
  const Icon = signer.vote ? ICONS[signer.vote] : ClockCircleOutlined;
  return (
    <li className={signer.vote ? styles[signer.vote] : styles.open}>
      <Icon aria-hidden />
      <div>
        <strong>{name}</strong>
        {voter && voter !== signer.name && <span className={styles.faint}> {signer.name}</span>}{' '}
        {signer.vote ? t(`vote.${signer.vote}`) : t(`signing.state_${signer.state}`)}
        {signer.placement && <span className={styles.faint}> {t(`signer.${signer.placement}`)}</span>}
        {!signer.counts && <span className={styles.faint}> {t('signing.advice')}</span>}
        {signer.has_veto && <span className={styles.faint}> {t('signing.veto')}</span>}
        {signer.voted_at && <span className={styles.faint}> {shortTime(signer.voted_at, serverNow())}</span>}
        {signer.question && <p className={styles.faint}>{t('vote.question', { text: signer.question })}</p>}
        {signer.opinion && <blockquote className={styles.opinion}>{signer.opinion}</blockquote>}
        {signer.reason && <p className={styles.faint}>{signer.reason}</p>}
      </div>
    </li>
  );
}
