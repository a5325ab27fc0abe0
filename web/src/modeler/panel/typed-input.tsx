import { Input } from 'antd';
import { useEffect, useRef, useState } from 'react';

const PAUSE_MS = 500;

type Props = {
  id: string;
  value: string;
  isLong?: boolean;
  isCode?: boolean;
  isReadOnly: boolean;
  inputMode?: 'numeric';
  describedBy?: string;
  isWrong?: boolean;
  /** a moment after the last key, and when the field is left: one step to undo for one thought */
  onChange: (value: string) => void;
};

/** A text that is handed on when its writer pauses. */
export function TypedInput(props: Props) {
  const { value, onChange, isLong = false, isCode = false, isReadOnly, id, describedBy } = props;
  const [typed, type] = useState(value);
  const [base, rebase] = useState(value);
  const wanted = useRef<string | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const send = useRef(onChange);
  useEffect(() => {
    send.current = onChange;
  });
  if (base !== value) {
    // it was changed elsewhere: undone, or by another field
    rebase(value);
    type(value);
  }
  const flush = () => {
    clearTimeout(timer.current);
    const now = wanted.current;
    wanted.current = null;
    if (now !== null) send.current(now);
  };
  useEffect(
    () => () => {
      clearTimeout(timer.current);
      if (wanted.current !== null) send.current(wanted.current);
    },
    [],
  );
  const edit = (next: string) => {
    type(next);
    wanted.current = next;
    clearTimeout(timer.current);
    timer.current = setTimeout(flush, PAUSE_MS);
  };
  const shared = {
    id,
    value: typed,
    readOnly: isReadOnly,
    status: props.isWrong ? ('error' as const) : undefined,
    'aria-describedby': describedBy,
    'aria-invalid': props.isWrong,
    style: isCode ? { fontFamily: 'var(--f-mono)' } : undefined,
    spellCheck: false,
    onBlur: flush,
    onChange: ({ target }: { target: { value: string } }) => {
      edit(target.value);
    },
  };
  if (isLong) return <Input.TextArea {...shared} autoSize={{ minRows: 1, maxRows: 8 }} />;
  return <Input {...shared} inputMode={props.inputMode} onPressEnter={flush} />;
}
