import styles from './admin.module.css';

/** What a record holds, one line for each value; nested ones further in. */
export function Values({ value }: { value: unknown }) {
  return <pre className={styles.values}>{lines(value, '').join('\n')}</pre>;
}

function lines(value: unknown, indent: string): string[] {
  if (value === null || typeof value !== 'object') return [`${indent}${plain(value)}`];
  return Object.entries(value).flatMap(([key, inner]) =>
    inner !== null && typeof inner === 'object'
      ? [`${indent}${key}:`, ...lines(inner, `${indent}  `)]
      : [`${indent}${key}: ${plain(inner)}`],
  );
}

function plain(value: unknown): string {
  if (value === null || value === undefined) return '—';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
