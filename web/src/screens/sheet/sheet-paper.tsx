import { useTranslation } from 'react-i18next';
import type { ReactNode } from 'react';

import type { Sheet, Task } from '../../api/types';
import { isoDay, lastDay, longDay } from '../../format/dates';
import type { Component } from '../../forms/pointers';
import { namesIn, readForm } from '../../forms/reading';
import { Lines } from '../../parts/document-sheet';
import styles from './sheet.module.css';

/** What the maker saw when the sheet was made: engine/handover/approval_sheets.py. */
type Content = {
  task: string;
  item: string;
  facts: { pointer: string; label: string; value: unknown }[];
  attachments: { file: string; name: string }[];
  opinions: { name: string; step: string; text: string; at: string }[];
  basis: string | null;
  due_at: string | null;
  deadline: string;
};

/** The sheet as it lies on the leader's desk, with room for what is decided by hand. */
export function SheetPaper({ sheet, task }: { sheet: Sheet; task: Task }) {
  const { t, i18n } = useTranslation();
  const content = sheet.content as Content;
  const { instance } = task;
  return (
    <article className={styles.paper} aria-label={sheet.title}>
      <header className={styles.head}>
        <p className={styles.kind}>{t('act.make_sheet')}</p>
        <h1>{sheet.title}</h1>
        <p className={styles.faint}>
          {[instance.business_key, t('sheet.numbered', { number: sheet.number, version: sheet.version })]
            .filter(Boolean)
            .join(' · ')}
        </p>
      </header>
      <table className={styles.table}>
        <tbody>
          <Row name={t('sheet.about')}>
            {instance.title}
            {t('colon')}
            {content.item ? `${content.task} · ${content.item}` : content.task}
          </Row>
          <Row name={t('sheet.proposed')}><p className={styles.words}>{sheet.proposed}</p></Row>
          {content.facts.length > 0 && <Row name={t('sheet.facts')}><Facts content={content} task={task} /></Row>}
          {content.attachments.length > 0 && (
            <Row name={t('files.attachments')}>
              <ol>{content.attachments.map((one) => <li key={one.file}>{one.name}</li>)}</ol>
            </Row>
          )}
          {content.opinions.length > 0 && (
            <Row name={t('sheet.opinions')}>
              {content.opinions.map((one) => (
                <p key={`${one.at} ${one.step}`} className={styles.words}>
                  {one.name} {isoDay(one.at)} {one.step}{t('colon')}{one.text}
                </p>
              ))}
            </Row>
          )}
          {content.basis && <Row name={t('deadline.basis')}>{content.basis}</Row>}
          {content.due_at && (
            <Row name={t('deadline.title')}>
              {longDay(lastDay(content.due_at), i18n.language)} <span className={styles.faint}>{content.deadline}</span>
            </Row>
          )}
          <Row name={t('sheet.decision')}>
            <div className={styles.room} />
            <p className={styles.sign}>
              <span>{t('sheet.signature')}{t('colon')}</span>
              <span>{t('sheet.day')}{t('colon')}</span>
            </p>
          </Row>
        </tbody>
      </table>
      <p className={styles.foot}>
        {t('sheet.by', { name: sheet.made_by?.name ?? '' })} {longDay(sheet.made_at, i18n.language)}
      </p>
    </article>
  );
}

function Row({ name, children }: { name: string; children: ReactNode }) {
  return (
    <tr>
      <th scope="row">{name}</th>
      <td>{children}</td>
    </tr>
  );
}

/** The fields of the form with their own words; what only a list of the case names is named by it. */
function Facts({ content, task }: { content: Content; task: Task }) {
  const { t } = useTranslation();
  const schema = task.form?.schema as Component | undefined;
  if (!schema) return null;
  const words = { yes: t('reading.yes'), no: t('reading.no'), missing: t('reading.missing') };
  const values = Object.fromEntries(content.facts.map((fact) => [fact.pointer.slice(1), fact.value]));
  return <Lines lines={readForm(schema, values, { names: namesIn(task.values), words })} />;
}
