import { SearchOutlined } from '@ant-design/icons';
import { Input, type InputRef } from 'antd';
import { useEffect, useImperativeHandle, useRef, useState, type Ref } from 'react';
import { useTranslation } from 'react-i18next';

import styles from './search-box.module.css';

type Props = {
  value: string;
  onSearch: (q: string) => void;
  placeholder?: string;
  ref?: Ref<{ focus: () => void }>;
};

const PAUSE_MS = 350;

/** Searches as one types, a moment after the last key; Escape leaves the box. */
export function SearchBox({ value, onSearch, placeholder, ref }: Props) {
  const { t } = useTranslation();
  const [text, setText] = useState(value);
  const [known, setKnown] = useState(value);
  const input = useRef<InputRef>(null);
  useImperativeHandle(ref, () => ({ focus: () => input.current?.focus() }));
  if (value !== known) {
    // the address changed from outside: Back, or a tab
    setKnown(value);
    setText(value);
  }
  useEffect(() => {
    if (text.trim() === value) return undefined;
    const timer = setTimeout(() => {
      onSearch(text.trim());
    }, PAUSE_MS);
    return () => {
      clearTimeout(timer);
    };
  }, [text, value, onSearch]);
  const label = placeholder ?? t('queue.search');
  return (
    <Input
      ref={input}
      className={styles.box}
      type="search"
      allowClear
      prefix={<SearchOutlined aria-hidden />}
      aria-label={label}
      placeholder={label}
      value={text}
      onChange={(event) => {
        setText(event.target.value);
      }}
      onKeyDown={(event) => {
        if (event.key === 'Escape') input.current?.blur();
        if (event.key === 'Enter') onSearch(text.trim());
      }}
    />
  );
}
