import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';

import type { SupervisionCase } from '../../api/types';
import { longDay } from '../../format/dates';
import styles from './accountability-list.module.css';

/** Who is held accountable, how far it is, until when remedies run, and the reviews and appeals. */
export function AccountabilityList({ dossier }: { dossier: SupervisionCase }) {
  const { t, i18n } = useTranslation();
  return (
    <ul className={styles.list}>
      {dossier.accountability.map((one) => (
        <li key={one.id}>
          <p>
            <strong>{one.target}</strong> {one.state_name}
            {one.severity_name && t('accountability.severity', { name: one.severity_name })}
          </p>
          {one.members.length > 0 && (
            <p>{t('accountability.members', { names: one.members.join(t('list.comma')) })}</p>
          )}
          {one.effective_on && (
            <p>{t('accountability.effective_on', { day: longDay(one.effective_on, i18n.language) })}</p>
          )}
          {one.remedies_end_on && (
            <p>{t('accountability.remedies_end_on', { day: longDay(one.remedies_end_on, i18n.language) })}</p>
          )}
          {dossier.appeals
            .filter((appeal) => appeal.accountability_id === one.id)
            .map((appeal) => (
              <p key={appeal.id}>
                {appeal.instance_id ? (
                  <Link to="/cases/$instanceId" params={{ instanceId: appeal.instance_id }}>
                    {appeal.kind_name}
                  </Link>
                ) : (
                  appeal.kind_name
                )}{' '}
                {appeal.state_name} {appeal.result_name}
              </p>
            ))}
        </li>
      ))}
    </ul>
  );
}
