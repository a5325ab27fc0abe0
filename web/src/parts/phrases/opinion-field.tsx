import { Input } from 'antd';
import { useId } from 'react';
import { useTranslation } from 'react-i18next';

import { PhraseBar } from './phrase-bar';
import styles from './opinion-field.module.css';

const LONGEST = 2000;

type Props = {
  label: string;
  value: string;
  onChange: (text: string) => void;
  isRequired?: boolean;
  withPhrases?: boolean;
  autoFocus?: boolean;
};

/** A text with a visible label; says itself whether it must be there. */
export function OpinionField({ label, value, onChange, isRequired = false, withPhrases = true, autoFocus = false }: Props) {
  const { t } = useTranslation();
  const id = useId();
  return (
    <div className={styles.field}>
      <label htmlFor={id}>
        {label}
        <span className={styles.need}>{t(isRequired ? 'need.yes' : 'need.no')}</span>
      </label>
      <Input.TextArea id={id} rows={3} maxLength={LONGEST} value={value} autoFocus={autoFocus}
        aria-required={isRequired}
        onChange={(event) => { onChange(event.target.value); }} />
      {withPhrases && (
        <PhraseBar text={() => value} pick={(phrase) => { onChange(joined(value, phrase)); }} />
      )}
    </div>
  );
}

/** A sentence after what is there already. */
export function joined(text: string, phrase: string): string {
  return text.trim() ? `${text.trimEnd()}\n${phrase}` : phrase;
}
