import { LeftOutlined, RightOutlined } from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { Button, Segmented, Select } from 'antd';
import { useTranslation } from 'react-i18next';

import { isoDay } from '../../format/dates';
import { monthAfter } from '../../format/months';
import { Failure } from '../../parts/failure';
import filters from '../../parts/filter-bar.module.css';
import { Note } from '../../parts/note';
import { useIsPhone } from '../../parts/use-is-phone';
import { useTitle } from '../../parts/use-title';
import { Waiting } from '../../parts/waiting';
import { monthQuery, yearsQuery } from '../../queries/calendar';
import { CALENDAR_VIEWS, WHOSE, type CalendarSearch } from '../../search';
import { serverNow } from '../../session/clock';
import { DayList } from './day-list';
import { markOf } from './day-marks';
import { MonthTable } from './month-table';
import styles from './calendar.module.css';

/** When limits end, by month or as a list; rest days and worked weekends as the office counts them. */
export function Calendar() {
  const { t } = useTranslation();
  const search = useSearch({ from: '/office/calendar' });
  const navigate = useNavigate({ from: '/calendar' });
  const isPhone = useIsPhone();
  const today = isoDay(serverNow());
  const month = search.month ?? today.slice(0, 7);
  const view = search.view ?? (isPhone ? 'list' : 'month');
  const found = useQuery(monthQuery(month, search));
  const all = useQuery(monthQuery(month, { whose: search.whose }));
  const { data: years = [] } = useQuery(yearsQuery);
  const [year, number] = month.split('-').map(Number);
  const title = t('calendar.month', { year, month: number });
  useTitle(`${t('calendar.title')} ${title}`);
  const change = (part: CalendarSearch) =>
    void navigate({ search: (old) => ({ ...old, ...part }), replace: true });
  const told = years.find((one) => one.year === year);
  const mark = (day: string) => markOf(day, told);
  const kinds = new Map(all.data?.rows.map((row) => [row.key, row.name]));
  const rows = found.data?.rows ?? [];
  return (
    <>
      <div className={styles.head}>
        <h1>{t('calendar.title')}</h1>
        <div className={styles.months}>
          <Button icon={<LeftOutlined />} aria-label={t('calendar.before')} onClick={() => { change({ month: monthAfter(month, -1) }); }} />
          <h2 aria-live="polite">{title}</h2>
          <Button icon={<RightOutlined />} aria-label={t('calendar.after')} onClick={() => { change({ month: monthAfter(month, 1) }); }} />
          <Button onClick={() => { change({ month: undefined }); }}>{t('calendar.today')}</Button>
        </div>
      </div>
      <div className={filters.bar}>
        <Segmented
          aria-label={t('calendar.view')}
          value={view}
          onChange={(chosen) => { change({ view: chosen }); }}
          options={CALENDAR_VIEWS.map((one) => ({ value: one, label: t(`calendar.view_${one}`) }))}
        />
        <Select<(typeof WHOSE)[number] | 'all'>
          className={filters.choice}
          aria-label={t('calendar.whose')}
          value={search.whose ?? 'all'}
          onChange={(whose) => { change({ whose: whose === 'all' ? undefined : whose }); }}
          options={(['all', ...WHOSE] as const).map((one) => ({ value: one, label: t(`calendar.whose_${one}`) }))}
        />
        <Select
          className={filters.choice}
          aria-label={t('calendar.kind')}
          value={search.kind ?? ''}
          onChange={(kind) => { change({ kind: kind || undefined }); }}
          options={[{ value: '', label: t('calendar.all_kinds') }, ...[...kinds].map(([value, label]) => ({ value, label }))]}
        />
      </div>
      {told?.provisional && <Note tone="soon">{t('calendar.provisional', { year })}</Note>}
      {found.isError && <Failure error={found.error} retry={() => void found.refetch()} />}
      {found.isPending && <Waiting lines={6} />}
      {found.data && !found.data.isWhole && <Note tone="soon">{t('calendar.too_many', { count: rows.length })}</Note>}
      {found.data &&
        (view === 'month' ? (
          <MonthTable month={month} today={today} rows={rows} mark={mark} showDay={() => { change({ view: 'list' }); }} />
        ) : (
          <DayList rows={rows} mark={mark} />
        ))}
    </>
  );
}
