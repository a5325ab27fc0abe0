import { useMutation, useQuery } from '@tanstack/react-query';
import { Button, DatePicker, Input, Select } from 'antd';
import { useId, useRef, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { asProblem } from '../../../api/problem';
import type { StoredFile, Values } from '../../../api/types';
import { Note } from '../../../parts/note';
import { OpinionField } from '../../../parts/phrases/opinion-field';
import { problemText } from '../../../parts/problem-text';
import { useKept } from '../../../parts/use-kept';
import { hand, paperSeatsQuery, sheetsQuery } from '../../../queries/handovers';
import { upload } from '../../../queries/tasks';
import { ActDialog } from './act-dialog';
import { useDesk, type DialogProps } from './desk';
import { useAct } from './use-act';
import styles from './act-dialog.module.css';

type Paper = { seat?: string; user?: string; name: string; title: string; day?: string; sheet?: string };

/** 代录: what was decided on paper, with its scan; a second person of the Office confirms it. */
export function PaperDialog({ values, close }: DialogProps & { values: Values }) {
  const { t } = useTranslation();
  const { task } = useDesk();
  const [paper, setPaper] = useState<Paper>({ name: '', title: '' });
  const [scans, setScans] = useState<StoredFile[]>([]);
  const [reason, setReason, drop] = useKept(`paper ${task.id}`);
  const { data: seats } = useQuery(paperSeatsQuery(task.id));
  const { data: sheets = [] } = useQuery(sheetsQuery(task.id));
  const seat = seats?.items.find((one) => `${one.group} ${one.organisation.id}` === paper.seat);
  const set = (change: Partial<Paper>) => { setPaper({ ...paper, ...change }); };
  const act = useAct({
    run: (address) =>
      hand.recordOnPaper(address, {
        values,
        group: seat?.group ?? '',
        organisation_id: seat?.organisation.id ?? null,
        name: paper.name.trim(),
        title: paper.title.trim(),
        user_id: paper.user ?? null,
        acted_on: paper.day ?? '',
        scans: scans.map((one) => one.id),
        sheet_id: paper.sheet ?? null,
        reason: reason.trim(),
      }),
    said: () => t('paper.done'),
    done: () => { drop(); close(); },
  });
  const isReady =
    seat !== undefined && paper.name.trim() !== '' && paper.title.trim() !== '' && Boolean(paper.day) &&
    scans.length > 0 && reason.trim() !== '' && (!seat.needs_account || paper.user !== undefined);
  return (
    <ActDialog title={t('act.record_on_paper')} okText={t('paper.propose')} isReady={isReady} act={act}
      close={close} width={680}>
      <p>{t('paper.text')}</p>
      <div className={styles.row}>
        <Field label={t('paper.seat')}>
          {(id) => (
            <Select id={id} className={styles.wide} value={paper.seat}
              onChange={(next: string) => { set({ seat: next, user: undefined }); }}
              options={seats?.items.map((one) => ({
                value: `${one.group} ${one.organisation.id}`,
                label: `${one.organisation.name} ${one.group_name}`,
              }))} />
          )}
        </Field>
        <Field label={t('paper.account')} isOptional={!seat?.needs_account}>
          {(id) => (
            <Select id={id} className={styles.wide} allowClear value={paper.user}
              onChange={(next?: string) => {
                const person = seat?.people.find((one) => one.id === next);
                set({ user: next, name: person?.name ?? paper.name });
              }}
              options={seat?.people.map((one) => ({ value: one.id, label: one.name }))} />
          )}
        </Field>
      </div>
      <div className={styles.row}>
        <Field label={t('paper.name')}>
          {(id) => <Input id={id} value={paper.name} maxLength={80} onChange={(e) => { set({ name: e.target.value }); }} />}
        </Field>
        <Field label={t('paper.title')}>
          {(id) => <Input id={id} value={paper.title} maxLength={80} onChange={(e) => { set({ title: e.target.value }); }} />}
        </Field>
        <Field label={t('paper.day')}>
          {(id) => (
            <DatePicker id={id} className={styles.wide}
              onChange={(_, text) => { set({ day: typeof text === 'string' && text ? text : undefined }); }} />
          )}
        </Field>
      </div>
      <Scans scans={scans} add={(more) => { setScans([...scans, ...more]); }} />
      {sheets.length > 0 && (
        <Field label={t('paper.sheet')} isOptional>
          {(id) => (
            <Select id={id} className={styles.wide} allowClear value={paper.sheet}
              onChange={(next?: string) => { set({ sheet: next }); }}
              options={sheets.filter((one) => one.is_latest && !one.paper_act_id).map((one) => ({
                value: one.id,
                label: t('sheet.name', { number: one.number, version: one.version, title: one.title }),
              }))} />
          )}
        </Field>
      )}
      <OpinionField label={t('paper.reason')} value={reason} onChange={setReason} isRequired withPhrases={false} />
    </ActDialog>
  );
}

function Field({ label, isOptional = false, children }: {
  label: string; isOptional?: boolean; children: (id: string) => ReactNode;
}) {
  const { t } = useTranslation();
  const id = useId();
  return (
    <div className={styles.field}>
      <label htmlFor={id}>{label}<span className={styles.need}>{t(isOptional ? 'need.no' : 'need.yes')}</span></label>
      {children(id)}
    </div>
  );
}

/** The scanned paper: at least one file. */
function Scans({ scans, add }: { scans: StoredFile[]; add: (files: StoredFile[]) => void }) {
  const { t } = useTranslation();
  const { task } = useDesk();
  const input = useRef<HTMLInputElement>(null);
  const send = useMutation({
    mutationFn: (files: File[]) => Promise.all(files.map((file) => upload(task.id, file))),
    onSuccess: add,
  });
  return (
    <div>
      <span className={styles.label}>{t('paper.scans')}<span className={styles.need}>{t('need.yes')}</span></span>
      <input ref={input} type="file" multiple hidden accept="image/*,application/pdf"
        onChange={(event) => {
          send.mutate(Array.from(event.target.files ?? []));
          event.target.value = '';
        }} />
      <Button loading={send.isPending} onClick={() => input.current?.click()}>{t('paper.choose')}</Button>
      <ul>{scans.map((file) => <li key={file.id}>{file.name}</li>)}</ul>
      {send.error && <Note tone="overdue" live>{problemText(t, asProblem(send.error))}</Note>}
    </div>
  );
}
