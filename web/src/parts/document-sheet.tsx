import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';

import type { CaseDocument } from '../api/types';
import { isoDay, longDay } from '../format/dates';
import type { Component } from '../forms/pointers';
import { readForm, type Line } from '../forms/reading';
import { documentQuery } from '../queries/supervision';
import { Disclosure } from './disclosure';
import { Failure } from './failure';
import { FileList } from './file-list';
import table from './plain-table.module.css';
import { Waiting } from './waiting';
import styles from './document-sheet.module.css';

/** An official document on record: head, what it says, whom it was served on, who approved it. */
export function DocumentSheet({ documentId }: { documentId: string }) {
  const { t, i18n } = useTranslation();
  const { data: paper, error, isPending, refetch } = useQuery(documentQuery(documentId));
  if (isPending) return <Waiting />;
  if (error) return <Failure error={error} retry={() => void refetch()} />;
  return (
    <article className={styles.sheet} aria-label={paper.title}>
      <header className={styles.head}>
        {paper.number && <p className={styles.issuer}>{paper.issuer.name}</p>}
        {paper.number && <p className={styles.number}>{paper.number}</p>}
        <h2 className={styles.title}>{paper.title}</h2>
      </header>
      <Body paper={paper} />
      <footer className={styles.foot}>
        <p>{paper.issuer.name}</p>
        <p>{paper.issued_on ? longDay(paper.issued_on, i18n.language) : paper.state_name}</p>
      </footer>
      {paper.attachments.length > 0 && (
        <section>
          <h3>{t('files.attachments')}</h3>
          <FileList files={paper.attachments} />
        </section>
      )}
      <Disclosure paper={paper} />
      {paper.deliveries.length > 0 && <Deliveries paper={paper} />}
      {paper.approvals.length > 0 && <Approvals paper={paper} />}
    </article>
  );
}

function Body({ paper }: { paper: CaseDocument }) {
  const { t } = useTranslation();
  const words = { yes: t('reading.yes'), no: t('reading.no'), missing: t('reading.missing') };
  const schema = paper.form?.schema as Component | undefined;
  if (!schema) return null;
  const values = Object.fromEntries(paper.fields.map((field) => [field.key, field.value]));
  return <Lines lines={readForm(schema, values, { names: paper.names, words })} />;
}

/** Label and text, list by list, as a filled form says them. */
export function Lines({ lines }: { lines: Line[] }) {
  return (
    <dl className={styles.lines}>
      {lines.map((line, index) =>
        line.kind === 'text' ? (
          <div key={`${line.label} ${index}`} className={line.isLong ? styles.long : undefined}>
            <dt>{line.label}</dt>
            <dd>{line.text}</dd>
          </div>
        ) : (
          <div key={`${line.label} ${index}`} className={styles.long}>
            <dt>{line.label}</dt>
            <dd>
              <ol className={styles.rows}>
                {line.rows.map((row, number) => (
                  <li key={number}>
                    <Lines lines={row} />
                  </li>
                ))}
              </ol>
            </dd>
          </div>
        ),
      )}
    </dl>
  );
}

function Deliveries({ paper }: { paper: CaseDocument }) {
  const { t } = useTranslation();
  return (
    <section>
      <h3>{t('document.deliveries')}</h3>
      <div className={table.scroll}>
        <table className={table.table}>
          <thead>
            <tr>
              <th scope="col">{t('document.recipient')}</th>
              <th scope="col">{t('document.mode')}</th>
              <th scope="col">{t('document.delivered')}</th>
              <th scope="col">{t('document.received')}</th>
            </tr>
          </thead>
          <tbody>
            {paper.deliveries.map((service, index) => (
              <tr key={index}>
                <td>
                  {service.recipient_name}
                  {service.is_copy && <small> {t('document.copy')}</small>}
                </td>
                <td>{service.mode_name}</td>
                <td className={table.nowrap}>{isoDay(service.delivered_on)}</td>
                <td>
                  {service.received_on ? isoDay(service.received_on) : '—'} {service.received_by}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function Approvals({ paper }: { paper: CaseDocument }) {
  const { t } = useTranslation();
  return (
    <section>
      <h3>{t('document.approvals')}</h3>
      <ul>
        {paper.approvals.map((approval) => (
          <li key={approval.id} className={styles.approval}>
            <strong>{approval.approver.name}</strong> {approval.post_title} {approval.outcome_name}{' '}
            {isoDay(approval.at)}
            {approval.opinion && <blockquote>{approval.opinion}</blockquote>}
          </li>
        ))}
      </ul>
    </section>
  );
}
