import { ArrowLeftOutlined } from '@ant-design/icons';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';

import type { DiagramProcess } from '../../api/types';
import { ProcessDiagram } from '../../diagram/process-diagram';
import { Failure } from '../../parts/failure';
import { useTitle } from '../../parts/use-title';
import { Waiting } from '../../parts/waiting';
import { definitionQuery, definitionsQuery, definitionXmlQuery } from '../../queries/definitions';
import styles from './definition-screen.module.css';

/** One version of a process, drawn and as a list. */
export function DefinitionScreen() {
  const { t } = useTranslation();
  const { definitionId } = useParams({ from: '/office/definitions/$definitionId' });
  const { data: definition, error, refetch } = useQuery(definitionQuery(definitionId));
  const xml = useQuery(definitionXmlQuery(definitionId));
  const { data: known } = useInfiniteQuery(definitionsQuery);
  const navigate = useNavigate();
  useTitle(definition?.name);
  const openCalled = (key: string) => {
    const called = known?.pages.flatMap((page) => page.items).find((one) => one.key === key);
    if (called) void navigate({ to: '/definitions/$definitionId', params: { definitionId: called.id } });
  };
  const processes = useMemo<DiagramProcess[]>(() => {
    if (!definition || !xml.data) return [];
    const { key, name } = definition;
    return [{ key, name, xml: xml.data, done: [], current: [] }];
  }, [definition, xml.data]);
  const problem = error ?? xml.error;
  if (problem) {
    return <Failure error={problem} retry={() => void Promise.all([refetch(), xml.refetch()])} />;
  }
  if (!definition || !xml.data) return <Waiting />;
  return (
    <>
      <Link to="/definitions" className={styles.back}>
        <ArrowLeftOutlined aria-hidden /> {t('definitions.back')}
      </Link>
      <h1>{definition.name}</h1>
      <p className={styles.facts}>
        <code>{definition.key}</code>
        <span>{t('definitions.version_value', { version: definition.version })}</span>
        {definition.note && <span>{definition.note}</span>}
      </p>
      <section className={styles.sheet}>
        <ProcessDiagram key={definitionId} processes={processes} withStates={false} onCall={openCalled} />
      </section>
    </>
  );
}
