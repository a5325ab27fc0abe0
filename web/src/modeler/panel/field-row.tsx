import { Button, Checkbox } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { identityOf } from '../services';
import { ChoiceInput } from './choice-input';
import type { Context, Field, HintWord } from './field';
import { TypedInput } from './typed-input';
import styles from './panel.module.css';

type Props = { field: Field; context: Context; isReadOnly: boolean };

export function isExpression(value: string): boolean {
  return value.startsWith('=') || value.startsWith('${');
}

/** One property: its name, what it says, and what is to be known about it. */
export function FieldRow({ field, context, isReadOnly }: Props) {
  const { t } = useTranslation();
  const [refused, refuse] = useState<HintWord>();
  const [byHand, setByHand] = useState(false);
  const value = field.read(context);
  const id = `field-${identityOf(context.element)}-${field.word}`;
  const label = t(`model_field.${field.word}`);
  const write = (next: string) => {
    const why = field.refuse?.(context, next);
    refuse(why);
    if (!why && next !== field.read(context)) field.write(context, next);
  };
  const isTyped = field.orExpression === true && (byHand || isExpression(value));
  const hint = refused ?? field.hint;
  const hintId = hint ? `${id}-hint` : undefined;
  if (field.kind === 'switch') {
    return (
      <div className={styles.field}>
        <Checkbox
          id={id}
          checked={value === 'true'}
          disabled={isReadOnly}
          onChange={({ target }) => { write(target.checked ? 'true' : ''); }}
        >
          {label}
        </Checkbox>
        {hint && <p className={styles.hint}>{t(`model_hint.${hint}`)}</p>}
      </div>
    );
  }
  const isChoice = (field.kind === 'choice' || field.kind === 'many') && !isTyped;
  return (
    <div className={styles.field}>
      <div className={styles.labelLine}>
        <label htmlFor={id}>{label}</label>
        {field.orExpression && !isReadOnly && (
          <Button
            type="link"
            size="small"
            onClick={() => {
              if (isTyped) write('');
              setByHand(!isTyped);
            }}
          >
            {isTyped ? t('model_panel.from_list') : t('model_panel.as_expression')}
          </Button>
        )}
      </div>
      {isChoice ? (
        <ChoiceInput id={id} label={label} field={field} context={context} value={value} isReadOnly={isReadOnly} onChange={write} />
      ) : (
        <TypedInput
          id={id}
          value={value}
          isLong={field.kind === 'long' || field.kind === 'expression'}
          isCode={field.kind === 'expression' || isTyped}
          inputMode={field.kind === 'number' ? 'numeric' : undefined}
          isReadOnly={isReadOnly}
          isWrong={refused !== undefined}
          describedBy={hintId}
          onChange={write}
        />
      )}
      {hint && (
        <p id={hintId} className={refused ? styles.refused : styles.hint}>
          {t(`model_hint.${hint}`)}
        </p>
      )}
    </div>
  );
}
