import { ExclamationCircleOutlined } from '@ant-design/icons';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';

import type { Entry } from './elements';
import styles from './bpmn-editor.module.css';

type Props = {
  entries: Entry[];
  selected: string | undefined;
  faultIds: string[];
  onSelect: (id: string) => void;
};

/** The drawing as a list: what the mouse selects there, the keyboard selects here. */
export function ElementList({ entries, selected, faultIds, onSelect }: Props) {
  const { t } = useTranslation();
  const current = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    current.current?.scrollIntoView({ block: 'nearest' });
  }, [selected]);
  return (
    <ul>
      {entries.map((entry) => {
        const isCurrent = entry.id === selected;
        const count = faultIds.filter((id) => id === entry.id).length;
        return (
          <li key={entry.id}>
            <button
              ref={isCurrent ? current : undefined}
              type="button"
              className={styles.entry}
              aria-current={isCurrent ? 'true' : undefined}
              style={{ paddingInlineStart: `${0.75 + entry.depth}em` }}
              onClick={() => { onSelect(entry.id); }}
            >
              <span className={styles.kind}>{t(`model_kind.${entry.kind}`)}</span>
              <span className={styles.entryName}>{entry.name || entry.id}</span>
              {count > 0 && (
                <span className={styles.fault}>
                  <ExclamationCircleOutlined aria-hidden /> {count}
                  <span className="sr-only">{t('model_problems.at_element', { count })}</span>
                </span>
              )}
            </button>
          </li>
        );
      })}
    </ul>
  );
}
