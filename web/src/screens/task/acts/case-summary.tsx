import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';

import type { SupervisionCase, Values } from '../../../api/types';
import { isoDay } from '../../../format/dates';
import type { Component } from '../../../forms/pointers';
import { readForm, type Line } from '../../../forms/reading';
import { dossierQuery } from '../../../queries/supervision';
import { useDesk } from './desk';
import styles from './case-summary.module.css';

type Row = { name: string; lines: string[] };

/** What a person must have before their eyes when they decide: facts, basis, measure, from when, whom. */
export function CaseSummary({ values }: { values: Values }) {
  const { t } = useTranslation();
  const { task } = useDesk();
  const { data: dossier } = useQuery(dossierQuery(task.instance.id, task.instance.family));
  const words = { yes: t('reading.yes'), no: t('reading.no'), missing: t('reading.missing') };
  const schema = task.form?.schema as Component | undefined;
  const decided = schema ? readForm(schema, values, { names: {}, words }) : [];
  const rows: Row[] = [
    { name: t('summary.case'), lines: [[task.instance.business_key, task.instance.title].filter(Boolean).join(' ')] },
    { name: t('summary.facts'), lines: dossier?.problems.map(factOf) ?? [] },
    { name: t('summary.basis'), lines: basisOf(task.basis, dossier) },
    { name: t('summary.measures'), lines: dossier?.measures.map((one) => `${one.kind_name} ${one.target} ${one.state_name}`) ?? [] },
    { name: t('summary.effective'), lines: [effectiveOf(dossier) ?? t('summary.not_set')] },
    { name: t('summary.affected'), lines: affectedBy(task.instance.unit_name, dossier) },
  ];
  return (
    <section className={styles.card} aria-label={t('summary.title')}>
      <h3>{t('summary.title')}</h3>
      <dl>
        {rows.filter((row) => row.lines.length > 0).map((row) => (
          <div key={row.name}>
            <dt>{row.name}</dt>
            {row.lines.map((line) => <dd key={line}>{line}</dd>)}
          </div>
        ))}
        {decided.flatMap(textsOf).map((line, index) => (
          <div key={`${line.label} ${index}`} className={styles.decided}>
            <dt>{line.label}</dt>
            <dd>{line.text}</dd>
          </div>
        ))}
      </dl>
      <p className={styles.person}>{t('summary.person')}</p>
    </section>
  );
}

function factOf(problem: SupervisionCase['problems'][number]): string {
  return `${problem.number}. ${problem.title}${problem.facts ? ` — ${problem.facts}` : ''}`;
}

function basisOf(ofTask: string, dossier: SupervisionCase | null | undefined): string[] {
  const all = [ofTask, ...(dossier?.problems.map((problem) => problem.basis) ?? [])];
  return [...new Set(all.filter(Boolean))];
}

function effectiveOf(dossier: SupervisionCase | null | undefined): string | null {
  const day = dossier?.accountability.map((one) => one.effective_on).filter(Boolean).at(-1);
  return day ? isoDay(day) : null;
}

function affectedBy(unit: string | null, dossier: SupervisionCase | null | undefined): string[] {
  const targets = [
    ...(dossier?.accountability.map((one) => one.target) ?? []),
    ...(dossier?.measures.map((one) => one.target) ?? []),
  ];
  return [...new Set([unit ?? dossier?.unit.name ?? '', ...targets].filter(Boolean))];
}

function textsOf(line: Line): { label: string; text: string }[] {
  if (line.kind === 'text') return [line];
  return line.rows.map((row, index) => ({
    label: `${line.label} ${index + 1}`,
    text: row.flatMap(textsOf).map((one) => `${one.label} ${one.text}`).join(' · '),
  }));
}
